"""Values of the services as the desk shows them, with the names of people beside their ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from common.clock import iso
from common.masking import mask
from desk.models import (
    AuditEntry,
    DeskConversation,
    NoteView,
    OpenConversation,
    PresenceView,
    QueueEntry,
    ReachView,
    StepView,
    TicketView,
    User,
)
from services.audit.service import Entry
from services.bootstrap import Services
from services.conversations.service import Conversation
from services.handoff.service import Episode, Note, Presence, QueueItem
from services.staff.model import PERMISSIONS
from services.staff.service import Staff
from services.tickets.model import words as ticket_words
from services.tickets.service import Ticket

People = Mapping[str, Staff]


async def people(services: Services) -> People:
    """Everybody, also those who have left: old notes keep their names."""
    return {s.id: s for active in (True, False) for s in await services.staff.list(active=active)}


def name_of(staff_id: str, known: People) -> str:
    return known[staff_id].name if staff_id in known else staff_id


def user(staff: Staff) -> User:
    permissions = sorted({p for role in staff.roles for p in PERMISSIONS[role]})
    return User(id=staff.id, name=staff.name, roles=list(staff.roles), permissions=permissions)


def presence(staff: Staff, there: Presence, active: int) -> PresenceView:
    return PresenceView(
        id=staff.id, name=staff.name, roles=list(staff.roles), state=there.state, online=there.online, capacity=there.capacity,
        active=active, since=iso(there.since),
    )  # fmt: skip


async def presences(services: Services) -> list[PresenceView]:
    known = await people(services)
    return [presence(known[p.staff_id], p, active) for p, active in await services.handoff.reading.presences() if p.staff_id in known]


def queue(items: Iterable[QueueItem]) -> list[QueueEntry]:
    return [
        QueueEntry(
            conversation_id=e.conversation_id, version=e.version, since=iso(e.queued_since), priority=e.priority, reason=e.reason,
            summary=e.summary, guide_id=e.guide_id, position=i.position, waited_s=i.waited_s,
        )
        for i in items for e in [i.episode]
    ]  # fmt: skip


def open_conversation(e: Episode) -> OpenConversation:
    return OpenConversation(
        conversation_id=e.conversation_id, version=e.version, agent=e.agent_id, since=iso(e.queued_since),
        claimed_at=iso(e.claimed_at) if e.claimed_at else None, priority=e.priority, reason=e.reason, summary=e.summary, guide_id=e.guide_id,
    )  # fmt: skip


def conversation(c: Conversation) -> DeskConversation:
    return DeskConversation(id=c.id, owner=c.owner, version=c.version, agent=c.agent_id, channel=c.channel)


async def reach(services: Services, conversation_id: str) -> ReachView | None:
    found = await services.deliveries.reach(conversation_id=conversation_id)
    return ReachView(delivered=found.delivered, waits=found.waits, room=found.room) if found else None


def note(n: Note, known: People) -> NoteView:
    return NoteView(id=n.id, staff=n.staff_id, name=name_of(n.staff_id, known), text=n.text, at=iso(n.at))


def ticket(t: Ticket, services: Services, known: People, *, whole: bool) -> TicketView:
    """``whole``: with what the citizen wrote and what was noted as it stands; else masked, for lists."""
    words, shown = ticket_words(), (lambda text: text) if whole else mask
    return TicketView(
        number=t.number, kind=t.kind, kind_label=words["kinds"][t.kind]["label"], state=t.state, state_label=words["states"][t.state],
        title=t.title, detail=shown(t.detail), origin=t.origin, conversation_id=t.conversation_id, guide_id=t.guide_id, department=t.department,
        created_by=t.created_by, created_at=iso(t.created_at), due_at=iso(t.due_at), promised_at=iso(t.promised_at),
        closed_at=iso(t.closed_at) if t.closed_at else None, overdue=t.overdue(services.clock.now()), next=list(t.next),
        history=[
            StepView(
                at=iso(s.at), actor=s.actor, name=name_of(s.actor, known), origin=s.origin, state=s.state, note=shown(s.note),
                department=s.department,
            )
            for s in t.history
        ],
    )  # fmt: skip


def audit_entry(e: Entry, known: People) -> AuditEntry:
    return AuditEntry(seq=e.seq, at=iso(e.at), actor=e.actor, name=name_of(e.actor, known), action=e.action, subject=e.subject, data=e.data)
