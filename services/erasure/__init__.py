"""A citizen's right to be forgotten (个人信息保护法 §47), and what other laws keep all the same."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from services.appointments.service import AppointmentService
from services.cases.service import CaseService
from services.conversations.service import Conversations
from services.forms.service import FormService

__all__ = ["erase"]


@cache
def _words() -> dict[str, dict[str, str]]:
    return yaml.safe_load((Path(__file__).parent / "words.yml").read_text(encoding="utf-8"))


async def erase(
    *, person_id: str, conversations: Conversations, forms: FormService, cases: CaseService, appointments: AppointmentService
) -> dict[str, list[str]]:
    """Erases talks, pictures and drafts; says in sentences what went and what stays and why.

    :returns: ``{"erased": […], "kept": […]}``.
    """
    words = _words()
    talks = await conversations.erase(person_id=person_id)
    drafts = await forms.erase(person_id=person_id)
    kept_cases = await cases.count_kept(person_id=person_id)
    visits = await appointments.active(person_id=person_id)
    erased = [words["erased"]["conversations"].format(talks)] * bool(talks) + [words["erased"]["drafts"].format(drafts)] * bool(drafts)
    kept = [words["kept"]["cases"].format(kept_cases)] * bool(kept_cases) + [words["kept"]["visits"].format(len(visits))] * bool(visits)
    return {"erased": erased, "kept": kept}
