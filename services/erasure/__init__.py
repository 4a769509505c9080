"""A citizen's right to be forgotten (个人信息保护法 §47), and what other laws keep all the same."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from services.appointments.service import AppointmentService
from services.cases.service import CaseService
from services.conversations.service import Conversations
from services.deliveries.service import Deliveries
from services.forms.service import FormService
from services.handoff.service import HandoffService
from services.ratings.service import RatingService
from services.tickets.service import TicketService

__all__ = ["erase"]


@cache
def _words() -> dict[str, dict[str, str]]:
    return yaml.safe_load((Path(__file__).parent / "words.yml").read_text(encoding="utf-8"))


async def erase(
    *,
    person_id: str,
    conversations: Conversations,
    forms: FormService,
    cases: CaseService,
    appointments: AppointmentService,
    handoff: HandoffService,
    ratings: RatingService,
    tickets: TicketService,
    deliveries: Deliveries,
) -> dict[str, list[str]]:
    """Erases talks, pictures and drafts; says in sentences what went and what stays and why.

    :returns: ``{"erased": […], "kept": […]}``.
    """
    words = _words()
    await deliveries.erase(person_id=person_id)
    talks = await conversations.erase(person_id=person_id)
    await handoff.erase(person_id=person_id)
    await ratings.erase(person_id=person_id)
    drafts = await forms.erase(person_id=person_id)
    kept_cases = await cases.count_kept(person_id=person_id)
    kept_tickets = await tickets.count_kept(person_id=person_id)
    visits = await appointments.active(person_id=person_id)
    erased = [words["erased"]["conversations"].format(talks)] * bool(talks) + [words["erased"]["drafts"].format(drafts)] * bool(drafts)
    counted = {"cases": kept_cases, "tickets": kept_tickets, "visits": len(visits)}
    kept = [words["kept"][what].format(count) for what, count in counted.items() if count]
    return {"erased": erased, "kept": kept}
