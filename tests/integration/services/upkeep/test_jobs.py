"""What the jobs do: late tickets are marked, old talks and run-out sessions forgotten, a broken trail reported. On real PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from common.clock import FixedClock
from common.database import Database
from common.errors import NotFound
from common.ids import new_id
from common.settings import Settings
from common.vault import Vault
from services.audit.tables import entry
from services.conversations.tables import conversation, message, session, turn
from services.deliveries.service import Deliveries
from services.upkeep.jobs import jobs
from services.upkeep.service import Upkeep
from tests.fakes.help_desk import HelpDesk


@pytest.fixture
async def desk(database: Database, clock: FixedClock, vault: Vault):
    made = await HelpDesk(database, clock, vault).open()
    yield made
    await made.close()


class NoDrafts:
    async def expire(self) -> int:
        return 0


def keeper(desk: HelpDesk, **settings: int) -> Upkeep:
    listed = jobs(
        Settings(**settings), holds=None, forms=NoDrafts(), conversations=desk.conversations, handoff=desk.handoff, tickets=desk.tickets, audit=desk.audit,
        deliveries=Deliveries(database=desk.database, vault=desk.vault, clock=desk.clock, conversations=desk.conversations, secrets=["k"]),
    )  # fmt: skip
    return Upkeep(database=desk.database, clock=desk.clock, jobs=listed)


async def rows(desk: HelpDesk, table: sa.Table) -> int:
    async with desk.database.begin() as conn:
        return await conn.scalar(sa.select(sa.func.count()).select_from(table)) or 0


async def test_a_late_ticket_is_marked_once_and_says_so_in_its_history(desk: HelpDesk) -> None:
    late = await desk.tickets.open_by_staff(kind="callback", text="请回电", by="st_agent1")
    answered = await desk.tickets.open_by_staff(kind="callback", text="已答", by="st_agent1")
    for to in ("processing", "replied"):
        await desk.tickets.transition(number=answered.number, to=to, note="好", by="st_agent1")
    assert await desk.tickets.mark_overdue() == 0
    desk.clock.moment = late.due_at + timedelta(seconds=1)
    assert await desk.tickets.mark_overdue() == 1
    assert await desk.tickets.mark_overdue() == 0
    marked = await desk.tickets.get(number=late.number)
    assert marked.overdue_at == desk.clock.now() and marked.state == "registered"
    assert marked.history[-1].actor == "system" and "超过承诺" in marked.history[-1].note
    assert (await desk.tickets.get(number=answered.number)).overdue_at is None
    assert [e.subject for e in await desk.audit.entries() if e.action == "ticket.overdue"] == [late.number]


async def test_talks_nobody_touched_for_long_are_forgotten_and_those_people_have_in_hand_are_not(desk: HelpDesk) -> None:
    [agent] = await desk.online("agent1")
    old, held = await desk.citizen(), await desk.served(agent)
    await desk.say(old, "身份证丢了")
    ended = await desk.served(agent)
    await desk.handoff.serving.note(staff=agent, conversation_id=ended, text="已核对")
    await desk.handoff.serving.release(staff=agent, conversation_id=ended, to="closed")
    desk.clock.moment += timedelta(days=29)
    fresh = await desk.citizen()
    desk.clock.moment += timedelta(days=2)
    upkeep = keeper(desk, keep_conversations_days=30)
    await upkeep.round()
    assert {r.name: r.well for r in await upkeep.last_runs()} == dict.fromkeys(
        ("audit.check", "conversations.retention", "forms.expire", "tickets.overdue"), True
    )
    for gone in (old, ended):
        with pytest.raises(NotFound):
            await desk.conversations.conversation(gone)
    assert {(await desk.conversations.conversation(c)).id for c in (held, fresh)} == {held, fresh}
    assert await desk.handoff.reading.connected(agent_id=agent.id), "the one in hand"
    async with desk.database.begin() as conn:
        left = (await conn.execute(sa.select(message.c.conversation_id).union(sa.select(turn.c.conversation_id)))).scalars().all()
    assert old not in left and ended not in left and held in left


async def test_a_citizen_who_writes_while_his_old_talk_is_forgotten_keeps_it(desk: HelpDesk, fresh_database_url: str) -> None:
    cid = await desk.citizen()
    desk.clock.moment += timedelta(days=31)
    other = Database(fresh_database_url, pool_size=4)
    async with other.begin() as writing:
        await writing.execute(conversation.update().where(conversation.c.id == cid).values(last_at=desk.clock.now()))
        assert await desk.conversations.forget_old(keep=timedelta(days=30)) == [], "it is left alone, not waited for"
    assert await desk.conversations.forget_old(keep=timedelta(days=30)) == []
    await other.close()
    assert (await desk.conversations.conversation(cid)).id == cid


async def test_sessions_that_ran_out_are_forgotten(desk: HelpDesk) -> None:
    await desk.citizen()
    desk.clock.moment += timedelta(days=29)
    await desk.citizen()
    desk.clock.moment += timedelta(days=2)
    assert await desk.conversations.forget_leftovers() == 1
    assert await rows(desk, session) == 1 and await rows(desk, conversation) == 2


async def test_pictures_of_visitors_go_with_time_and_those_of_citizens_stay(desk: HelpDesk, vault: Vault) -> None:
    from services.conversations.tables import upload

    async with desk.database.begin() as conn:
        for person in ("vs_1", "ct_1"):
            values = {"id": new_id("up"), "conversation_id": "cv", "person_id": person, "media_type": "image/png", "body": b"", "created_at": desk.clock.now()}
            await conn.execute(upload.insert().values(**values))
    desk.clock.moment += timedelta(days=31)
    await desk.conversations.forget_old(keep=timedelta(days=30))
    async with desk.database.begin() as conn:
        assert (await conn.execute(sa.select(upload.c.person_id))).scalars().all() == ["ct_1"]


async def test_a_broken_audit_trail_is_a_failed_job(desk: HelpDesk) -> None:
    await desk.audit.record(actor="st_agent1", action="x", subject="y")
    async with desk.database.begin() as conn:
        await conn.execute(sa.text("SET LOCAL session_replication_role = replica"))  # as somebody with every right in the database would
        await conn.execute(entry.update().values(actor="st_nobody"))
    upkeep = keeper(desk)
    await upkeep.round()
    assert {r.name for r in await upkeep.last_runs() if not r.well} == {"audit.check"}


def test_every_interval_of_the_settings_is_some_jobs() -> None:
    class Holds:
        async def tidy(self) -> int:
            return 0

    names = [name for name in Settings.model_fields if name.endswith("_every_s")]
    config = Settings(**{name: 1000 + n for n, name in enumerate(names)})
    nothing = dict.fromkeys(("conversations", "handoff", "audit", "deliveries"))
    listed = jobs(config, holds=Holds(), forms=NoDrafts(), tickets=_Tickets(), notices=_Notices(), **nothing)
    assert sorted(j.every.total_seconds() for j in listed) == [1000 + n for n in range(len(names))]


class _Notices:
    async def remind(self) -> int:
        return 0


class _Tickets:
    async def mark_overdue(self) -> int:
        return 0
