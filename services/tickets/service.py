"""The door of the package: tickets are opened by the bot, by nobody being there, by a bad rating or by staff, and moved on by staff."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from common.clock import Clock, today
from common.database import Database
from common.errors import NotFound
from common.vault import Vault
from services.appointments.service import WorkingCalendar
from services.audit.service import Audit
from services.conversations.service import DESK, Conversations, Turn
from services.messages.model import Handoff, Message
from services.tickets import store
from services.tickets.errors import DepartmentMissing, KindUnknown, StateUnknown, StepNotAllowed, TicketUnknown
from services.tickets.hours import ServiceHours
from services.tickets.model import ANSWERED, STEPS, Origin, State, Step, Ticket, spoken, ticket_number, valid_number, words
from services.tickets.tables import ticket
from services.tickets.titles import titled

__all__ = ["CalendarReader", "ServiceHours", "Ticket", "TicketService", "spoken", "valid_number"]
CalendarReader = Callable[[AsyncConnection], Awaitable[WorkingCalendar]]


class TicketService:
    """``calendar`` reads the working days in force; ``hours`` is the service time of a working day (``09:00-18:00``)."""

    def __init__(
        self, *, database: Database, clock: Clock, vault: Vault, audit: Audit, conversations: Conversations, calendar: CalendarReader, hours: str
    ):
        self._database, self._clock, self._vault, self._audit = database, clock, vault, audit
        self._conversations, self._calendar, self._hours = conversations, calendar, hours
        self.answered: list[Callable[[AsyncConnection, Ticket], Awaitable[None]]] = []  # told in the transaction of every answer
        ServiceHours.parse(hours, WorkingCalendar())  # a wrong setting is refused now, not with the first ticket

    async def hours(self, conn: AsyncConnection) -> ServiceHours:
        return ServiceHours.parse(self._hours, await self._calendar(conn))

    async def open(
        self, conn: AsyncConnection, *, kind: str, about: str, detail: str, by: str, origin: Origin, source_key: str | None = None,
        person_id: str | None = None, conversation_id: str | None = None, guide_id: str | None = None, department: str | None = None,
    ) -> Ticket:  # fmt: skip
        """A new ticket in the caller's transaction; the one made earlier from the same ``source_key``, if there is one.

        ``about`` becomes the title (masked, shortened); ``detail`` is kept sealed. :raises KindUnknown:
        """
        if kind not in words()["kinds"]:
            raise KindUnknown(fields={"kind": "unknown"})
        if earlier := await self._earlier(conn, source_key):
            return earlier
        now, label = self._clock.now(), words()["kinds"][kind]["label"]
        due = await self._due(conn, kind, now)
        new = Ticket(
            number=ticket_number(day=today(self._clock), sequence=await store.next_sequence(conn, day=today(self._clock))),
            kind=kind, state="registered", title=titled(label, about), detail=detail,
            origin=origin, person_id=person_id, conversation_id=conversation_id, guide_id=guide_id, department=department,
            created_by=by, created_at=now, due_at=due, promised_at=due,
            history=[Step(now, by, None, "registered", words()["system_note"], department)],
        )  # fmt: skip
        await store.add(conn, self._vault, new, source_key=source_key)
        return new

    async def _earlier(self, conn: AsyncConnection, source_key: str | None) -> Ticket | None:
        """The ticket already made from this; the same call at the same moment waits here and then finds the first."""
        if source_key is None:
            return None
        await store.lock_source(conn, source_key)
        return await store.by_source(conn, self._vault, source_key)

    async def _due(self, conn: AsyncConnection, kind: str, now: datetime) -> datetime:
        within, hours = words()["kinds"][kind]["within"], await self.hours(conn)
        if "hours" in within:
            return hours.after(now, timedelta(hours=within["hours"]))
        return hours.end_of_working_day(now, within["days"])

    async def open_by_staff(
        self, *, kind: str, text: str, by: str, conversation_id: str | None = None, guide_id: str | None = None, department: str | None = None,
        client_message_id: str | None = None,
    ) -> Ticket:  # fmt: skip
        """A repeat of ``client_message_id`` by the same person answers with the first ticket. :raises KindUnknown, NotFound: no such
        conversation."""
        person_id = (await self._conversations.conversation(conversation_id)).person_id if conversation_id else None
        source_key = f"desk:{by}:{client_message_id}" if client_message_id else None
        async with self._database.begin() as conn:
            if earlier := await self._earlier(conn, source_key):
                return earlier
            new = await self.open(
                conn, kind=kind, about=text, detail=text, by=by, origin="desk", source_key=source_key, person_id=person_id,
                conversation_id=conversation_id, guide_id=guide_id, department=department,
            )  # fmt: skip
            await self._audit.record(conn=conn, actor=by, action="ticket.open", subject=new.number)
        await self._tell()
        return new

    async def get(self, *, number: str) -> Ticket:
        """:raises TicketUnknown:"""
        async with self._database.begin() as conn:
            return await self._one(conn, number)

    async def list(self, *, state: str | None = None, limit: int = 100) -> Sequence[Ticket]:
        """The most pressing first. :raises StateUnknown:"""
        if state is not None and state not in STEPS:
            raise StateUnknown(fields={"state": "unknown"})
        async with self._database.begin() as conn:
            return await store.find(conn, self._vault, *([ticket.c.state == state] if state else []), limit=limit)

    async def transition(self, *, number: str, to: State, note: str, by: str, department: str | None = None) -> Ticket:
        """Moves a ticket on; an answer (``replied``) is told to the citizen in his conversation, in the same transaction.

        :raises TicketUnknown, StateUnknown, StepNotAllowed, DepartmentMissing:
        """
        if to not in STEPS:
            raise StateUnknown(fields={"to": "unknown"})
        async with self._database.begin() as conn:
            found = await self._one(conn, number, lock=True)
            self._check(found, to, department)
            now, place = self._clock.now(), department or found.department
            await store.add_step(conn, self._vault, found.number, Step(now, by, found.state, to, note, place))
            await store.change(conn, found.number, state=to, department=place, closed_at=now if to == "closed" else None)
            told = to == "replied" and await self._reply(conn, found, note)
            moved = await self._one(conn, number)
            for listener in self.answered if to == "replied" else ():
                await listener(conn, moved)
            await self._audit.record(conn=conn, actor=by, action="ticket.step", subject=found.number, to=to)
        await self._tell(found.conversation_id if told else None)
        return moved

    @staticmethod
    def _check(found: Ticket, to: State, department: str | None) -> None:
        if to not in found.next:
            labels = words()["states"]
            raise StepNotAllowed(fields={"next": list(found.next)}, state=labels[found.state], to=labels[to])
        if to == "dispatched" and not department:
            raise DepartmentMissing(fields={"department": "missing"})

    async def _reply(self, conn: AsyncConnection, found: Ticket, note: str) -> bool:
        if found.conversation_id is None:
            return False
        text = words()["to_citizen"]["replied"].format(number=found.number, note=note)
        try:
            await self._conversations.post(conversation_id=found.conversation_id, messages=[self.message(found, text)], conn=conn)
        except NotFound:  # the citizen had his conversations erased
            return False
        return True

    async def _one(self, conn: AsyncConnection, number: str, *, lock: bool = False) -> Ticket:
        found = await store.find(conn, self._vault, ticket.c.number == (valid_number(number) or ""), lock=lock)
        if not found:
            raise TicketUnknown
        return found[0]

    async def _tell(self, conversation_id: str | None = None) -> None:
        if conversation_id:
            await self._conversations.tell(conversation_id)
        await self._conversations.events.publish(DESK, kind="tickets")

    # — what citizens see —

    def promise(self, found: Ticket, *, words_for: str) -> Handoff:
        """The message that tells the number and the promise; ``words_for`` is ``complaint`` or ``nobody_there``."""
        text = words()["to_citizen"][words_for].format(number=found.number, promise=spoken(found.promised_at))
        return self.message(found, text)

    @staticmethod
    def message(found: Ticket, text: str) -> Handoff:
        return Handoff(state="ticket", ticket_number=found.number, text=text, sender="system")

    async def from_turn(self, conn: AsyncConnection, turn: Turn, data: dict[str, Any]) -> list[Message]:
        """Effect ``ticket``: a complaint or suggestion said to the bot. ``data``: kind, text (masked), summary, guide_id; ``adds_to`` is the
        turn of an earlier one, to whose ticket this is added unless it has been answered."""
        if data.get("adds_to") and (earlier := await self._supplement(conn, turn, data["adds_to"])):
            return [self.promise(earlier, words_for="supplement")]
        opened = await self.open(
            conn, kind=data.get("kind", "complaint"), about=data.get("text") if turn.kind == "text" else data.get("summary", ""),
            detail=f"{turn.original if turn.kind == 'text' else ''}\n{data.get('summary', '')}".strip(), by="bot", origin="bot",
            source_key=f"turn:{turn.id}", person_id=turn.person_id, conversation_id=turn.conversation.id, guide_id=data.get("guide_id"),
        )  # fmt: skip
        return [self.promise(opened, words_for="complaint")]

    async def _supplement(self, conn: AsyncConnection, turn: Turn, first: str) -> Ticket | None:
        earlier = await self._earlier(conn, f"turn:{first}")
        if earlier is None or earlier.person_id != turn.person_id or earlier.state in ANSWERED:
            return None
        note = words()["supplement_note"].format(text=turn.original)
        step = Step(self._clock.now(), "system", earlier.state, earlier.state, note, earlier.department)
        await store.add_step(conn, self._vault, earlier.number, step)
        return earlier

    # — now and then —

    async def mark_overdue(self) -> int:
        """Marks every unanswered ticket past its deadline, once, in its history and on the audit trail; the desk is told. How many."""
        now = self._clock.now()
        late = (ticket.c.state.notin_(ANSWERED), ticket.c.due_at < now, ticket.c.overdue_at.is_(None))
        async with self._database.begin() as conn:
            found = await store.find(conn, self._vault, *late, lock=True)
            for one in found:
                await store.change(conn, one.number, overdue_at=now)
                noted = Step(now, "system", one.state, one.state, words()["overdue_note"], one.department)
                await store.add_step(conn, self._vault, one.number, noted)
            for one in found:  # last, as the trail's lock is everybody's
                await self._audit.record(conn=conn, actor="system", action="ticket.overdue", subject=one.number)
        if found:
            await self._tell()
        return len(found)

    # — figures —

    async def counts(self) -> dict[str, int]:
        """Open tickets and how many of them are late."""
        unanswered = ticket.c.state.notin_(ANSWERED)
        async with self._database.begin() as conn:
            late = await store.count(conn, unanswered, ticket.c.due_at < self._clock.now())
            return {"open": await store.count(conn, unanswered), "overdue": late}

    async def count_kept(self, *, person_id: str) -> int:
        """How many tickets stay when a citizen erases himself: complaints are records that must be answered for."""
        async with self._database.begin() as conn:
            return await store.count(conn, ticket.c.person_id == person_id)
