"""The jobs of the product, with how often each runs; every one of them may be cut off and run again."""

from __future__ import annotations

from datetime import timedelta

import structlog

from common.settings import Settings
from services.appointments.ports import HoldKeeper
from services.audit.service import Audit
from services.contacts.service import Contacts
from services.conversations.service import Conversations
from services.deliveries.service import Deliveries
from services.forms.service import FormService
from services.handoff.service import HandoffService
from services.notices.service import Notices
from services.tickets.service import TicketService
from services.upkeep.service import Job

log = structlog.get_logger(__name__)


class TrailBroken(Exception):
    """An entry of the audit trail is not as it was written; the log says which."""


def jobs(
    config: Settings, *, holds: HoldKeeper | None, forms: FormService, conversations: Conversations, handoff: HandoffService,
    tickets: TicketService, audit: Audit, deliveries: Deliveries, notices: Notices | None = None,
    contacts: Contacts | None = None,
) -> list[Job]:  # fmt: skip
    """``holds``: our own booking platform; None where a city's keeps them."""

    async def retention() -> int:
        keep, gone = timedelta(days=config.keep_conversations_days), 0
        while found := await conversations.forget_old(keep=keep):
            await handoff.forget(conversation_ids=found)
            await deliveries.forget(conversation_ids=found)
            gone += len(found)
        await handoff.forget(conversation_ids=[])
        await deliveries.forget(conversation_ids=[])
        gone += await contacts.forget(keep=keep) if contacts else 0
        gone += await notices.forget(keep=timedelta(days=config.keep_notices_days)) if notices else 0
        return gone + await conversations.forget_leftovers()

    async def trail() -> int:
        broken = await audit.broken_at()
        if broken is not None:
            log.error("audit.chain.broken", seq=broken)
            raise TrailBroken
        return 0

    every = {name: timedelta(seconds=getattr(config, name)) for name in type(config).model_fields if name.endswith("_every_s")}
    listed = [
        Job("forms.expire", every["expire_drafts_every_s"], forms.expire),
        Job("tickets.overdue", every["mark_overdue_every_s"], tickets.mark_overdue),
        Job("conversations.retention", every["retention_every_s"], retention),
        Job("audit.check", every["check_audit_every_s"], trail),
    ]
    if notices:
        listed.append(Job("notices.remind", every["remind_every_s"], notices.remind))
    return [Job("appointments.holds", every["expire_holds_every_s"], holds.tidy), *listed] if holds else listed
