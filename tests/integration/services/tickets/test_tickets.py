"""Tickets on real PostgreSQL: made once, moved on by the rules, answered in the citizen's conversation."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from common.clock import FixedClock, local
from common.database import Database
from common.errors import BangbanError
from common.signing import Signer
from common.vault import Vault
from services.appointments.service import WorkingCalendar
from services.audit.service import Audit
from services.conversations.events import Events
from services.conversations.model import Conversation, Turn
from services.conversations.service import Conversations, DialogueState
from services.tickets.errors import DepartmentMissing, StepNotAllowed, TicketUnknown
from services.tickets.service import TicketService
from tests.fakes.engine import ScriptedEngine


async def weekdays(_: object) -> WorkingCalendar:
    return WorkingCalendar()


@pytest.fixture
def conversations(database: Database, vault: Vault, clock: FixedClock) -> Conversations:
    return Conversations(database=database, vault=vault, clock=clock, events=Events(), engine=ScriptedEngine())


@pytest.fixture
def tickets(database: Database, vault: Vault, clock: FixedClock, conversations: Conversations) -> TicketService:
    audit = Audit(database=database, clock=clock, signer=Signer(["k"]))
    return TicketService(
        database=database, clock=clock, vault=vault, audit=audit, conversations=conversations, calendar=weekdays, hours="09:00-18:00"
    )


async def complained(conversations: Conversations, tickets: TicketService, database: Database, words: str, turn_id: str = "tn_1"):
    session, _ = await conversations.sessions.open(person_id="vs_1", channel="web", state=DialogueState())
    conversation: Conversation = await conversations.conversation(session.conversation_id)
    turn = Turn(turn_id, conversation, "text", words, words.replace("13800138000", "[phone]"))
    data = {"kind": "complaint", "text": turn.masked, "summary": "市民在办身份证", "guide_id": "g-1"}
    async with database.begin() as conn:
        return conversation, await tickets.from_turn(conn, turn, data)


async def test_a_complaint_gets_a_number_and_a_promise(conversations, tickets, database) -> None:
    conversation, [told] = await complained(conversations, tickets, database, "窗口态度太差了，电话13800138000")
    assert (told.type, told.state, told.sender) == ("handoff", "ticket", "system")
    assert told.ticket_number in told.text and "3月25日（周三）18:00" in told.text
    made = await tickets.get(number=told.ticket_number)
    assert (made.kind, made.state, made.guide_id, made.conversation_id) == ("complaint", "registered", "g-1", conversation.id)
    assert "13800138000" in made.detail and "13800138000" not in made.title
    async with database.begin() as conn:
        dump = str((await conn.execute(text("SELECT * FROM tickets.ticket"))).all())
    assert made.number in dump and "13800138000" not in dump


async def test_what_is_told_later_joins_the_ticket_until_it_is_answered(conversations, tickets, database) -> None:
    conversation, [told] = await complained(conversations, tickets, database, "窗口没人理")

    async def add(turn_id: str, words: str):
        data = {"kind": "complaint", "text": words, "summary": "", "adds_to": "tn_1"}
        async with database.begin() as conn:
            return await tickets.from_turn(conn, Turn(turn_id, conversation, "text", words, words), data)

    [added] = await add("tn_2", "补充一下，是下午三点")
    assert added.ticket_number == told.ticket_number and "已补充" in added.text
    assert "补充一下，是下午三点" in (await tickets.get(number=told.ticket_number)).history[-1].note
    await tickets.transition(number=told.ticket_number, to="processing", note="在查", by="st_a")
    await tickets.transition(number=told.ticket_number, to="replied", note="已整改", by="st_a")
    [after] = await add("tn_3", "补充一下，今天又这样")
    assert after.ticket_number != told.ticket_number and len(await tickets.list()) == 2


async def test_a_turn_that_is_run_twice_makes_one_ticket(conversations, tickets, database) -> None:
    _, [first] = await complained(conversations, tickets, database, "投诉")
    _, [again] = await complained(conversations, tickets, database, "投诉")
    assert first.ticket_number == again.ticket_number
    assert len(await tickets.list()) == 1


async def test_numbers_made_at_once_have_no_gaps_and_no_doubles(tickets, database) -> None:
    made = await asyncio.gather(*(tickets.open_by_staff(kind="question", text=f"第{n}件", by="st_a") for n in range(12)))
    assert sorted(t.number[10:15] for t in made) == [f"{n:05d}" for n in range(1, 13)]


async def test_the_whole_way_of_a_ticket_and_its_answer_reaches_the_citizen(conversations, tickets, database) -> None:
    conversation, [told] = await complained(conversations, tickets, database, "投诉")
    number = told.ticket_number
    with pytest.raises(DepartmentMissing):
        await tickets.transition(number=number, to="dispatched", note="请核实", by="st_a")
    steps = [("dispatched", "请核实", "天河区政务服务中心"), ("processing", "核实中", None), ("replied", "已批评教育并致歉", None)]
    for to, note, department in steps:
        moved = await tickets.transition(number=number, to=to, note=note, department=department, by="st_a")
    assert [(s.state, s.note) for s in moved.history] == [
        ("registered", "系统登记"), ("dispatched", "请核实"), ("processing", "核实中"), ("replied", "已批评教育并致歉"),
    ]  # fmt: skip
    assert moved.department == "天河区政务服务中心"
    [answer] = await conversations.messages(conversation_id=conversation.id)
    assert number in answer.text and "已批评教育并致歉" in answer.text
    closed = await tickets.transition(number=number, to="closed", note="市民认可", by="st_a")
    assert closed.closed_at and closed.next == ("disputed",)


@pytest.mark.parametrize("to", ["replied", "returned", "disputed", "registered"])
async def test_a_step_that_is_not_allowed_changes_nothing_and_names_those_that_are(tickets, to: str) -> None:
    made = await tickets.open_by_staff(kind="question", text="问", by="st_a")
    with pytest.raises(StepNotAllowed) as refused:
        await tickets.transition(number=made.number, to=to, note="x", by="st_a")
    assert refused.value.fields == {"next": ["dispatched", "processing", "closed"]}
    assert (await tickets.get(number=made.number)).history == made.history


async def test_the_same_step_twice_at_once_is_taken_once(tickets) -> None:
    made = await tickets.open_by_staff(kind="question", text="问", by="st_a")
    tries = [tickets.transition(number=made.number, to="processing", note="我来", by=f"st_{n}") for n in range(6)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(not isinstance(r, BangbanError) for r in results) == 1
    assert len((await tickets.get(number=made.number)).history) == 2


async def test_an_answer_to_an_erased_citizen_is_still_recorded(conversations, tickets, database) -> None:
    _, [told] = await complained(conversations, tickets, database, "投诉")
    await conversations.erase(person_id="vs_1")
    await tickets.transition(number=told.ticket_number, to="processing", note="在办", by="st_a")
    assert (await tickets.transition(number=told.ticket_number, to="replied", note="答", by="st_a")).state == "replied"
    assert await tickets.count_kept(person_id="vs_1") == 1


async def test_pressing_tickets_come_first_and_late_ones_are_counted(tickets, clock: FixedClock) -> None:
    slow = await tickets.open_by_staff(kind="suggestion", text="建议", by="st_a")
    quick = await tickets.open_by_staff(kind="question", text="问", by="st_a")
    assert [t.number for t in await tickets.list()] == [quick.number, slow.number]
    assert local(quick.due_at).isoformat() == "2026-03-23T18:00:00+08:00"
    assert await tickets.counts() == {"open": 2, "overdue": 0}
    clock.moment += timedelta(days=6)
    assert await tickets.counts() == {"open": 2, "overdue": 1}
    assert quick.overdue(clock.now()) and not slow.overdue(clock.now())


@pytest.mark.parametrize("number", ["GD2026031800001", "GD20260318000010", "' OR 1=1", ""])
async def test_a_number_that_is_none_is_not_found(tickets, number: str) -> None:
    with pytest.raises(TicketUnknown):
        await tickets.get(number=number)
