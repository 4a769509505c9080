"""What other services do that a citizen is told of. Each runs in the transaction of the change: both are there or neither."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from common.clock import Clock, iso
from knowledge.schema.hall import Hall
from services.appointments.model import Appointment
from services.cases.model import Case
from services.notices.model import Kind
from services.notices.outbox import Outbox
from services.tickets.model import Ticket

_CASES: dict[str, Kind] = {
    "accepted": "case_accepted", "supplement": "case_correction", "approved": "case_done", "rejected": "case_rejected",
}  # fmt: skip
_VISITS: dict[str, Kind] = {"booked": "appointment_booked", "moved": "appointment_changed", "cancelled": "appointment_cancelled"}
_STALE = timedelta(days=7)  # news of a case that could not be told for a week is found on the page


class Causes:
    """``halls``: by id, for their names and addresses."""

    def __init__(self, *, outbox: Outbox, clock: Clock, halls: Mapping[str, Hall]):
        self._outbox, self._clock, self._halls = outbox, clock, halls

    async def visit_changed(self, conn: AsyncConnection, visit: Appointment, what: Literal["booked", "moved", "cancelled"]) -> None:
        """The citizen has just booked, moved or cancelled a visit; a reminder of how it stood before is withdrawn."""
        await self._visit(conn, visit, _VISITS[what], prompt=True)

    async def visit_tomorrow(self, conn: AsyncConnection, visit: Appointment) -> bool:
        """The reminder of a booked visit; once for each time it is booked for."""
        return await self._visit(conn, visit, "appointment_tomorrow", prompt=False)

    async def case_moved(self, conn: AsyncConnection, case: Case) -> None:
        """The back office moved a case on; most steps are told."""
        kind = _CASES.get(case.state)
        if kind is None:
            return
        note = case.timeline[-1].note if case.timeline else None
        fields = {"item": case.guide_name, "number": case.number, "state": case.state, "note": note}
        cause = f"case:{case.id}:{len(case.timeline)}"
        await self._add(conn, cause, case.person_id, kind, case.id, fields)

    async def ticket_answered(self, conn: AsyncConnection, ticket: Ticket) -> None:
        """A ticket was replied to. Nobody is told whose ticket has no citizen."""
        if ticket.person_id is None:
            return
        fields = {"number": ticket.number, "title": ticket.title}
        await self._add(conn, f"ticket:{ticket.number}:{len(ticket.history)}", ticket.person_id, "ticket_answered", ticket.number, fields)

    async def _add(self, conn: AsyncConnection, cause: str, person_id: str, kind: Kind, subject: str, fields: Mapping[str, Any]) -> None:
        expires_at = self._clock.now() + _STALE
        await self._outbox.add(conn, cause=cause, person_id=person_id, kind=kind, subject=subject, fields=fields, expires_at=expires_at)

    async def _visit(self, conn: AsyncConnection, visit: Appointment, kind: Kind, *, prompt: bool) -> bool:
        hall = self._halls.get(visit.hall_id)
        fields = {
            "item": visit.title, "hall": hall.name if hall else visit.hall_id, "address": hall.address if hall else None,
            "start": iso(visit.start), "end": iso(visit.end), "code": visit.code, "bring": list(visit.bring),
        }  # fmt: skip
        return await self._outbox.add(
            conn, cause=visit_cause(visit, kind), person_id=visit.person_id, kind=kind, subject=visit.id, fields=fields, expires_at=visit.start,
            prompt=prompt,
        )  # fmt: skip


def visit_cause(visit: Appointment, kind: Kind) -> str:
    """A visit's ``sequence`` grows when it is moved or cancelled."""
    return f"visit:{visit.id}:{visit.sequence}:{kind}"
