"""What is told: written with the change or not at all, once, and never what is out of date."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from common.clock import FixedClock
from common.database import Database
from services.appointments.errors import Busy
from services.notices.tables import notice
from tests.fakes.help_desk import HelpDesk
from tests.fakes.notices import Bureau, Way


async def kept(bureau: Bureau) -> list[tuple[str, str]]:
    async with bureau.database.begin() as conn:
        return [tuple(row) for row in await conn.execute(sa.select(notice.c.kind, notice.c.state).order_by(notice.c.created_at, notice.c.id))]


async def test_booking_moving_and_cancelling_are_each_told_once(bureau: Bureau, sms: Way, clock: FixedClock) -> None:
    visit = await bureau.booked()
    await bureau.look()
    moved = await bureau.move(visit, days=3)
    await bureau.look()
    await bureau.cancel(moved)
    await bureau.cancel(moved)
    await bureau.look()
    assert await bureau.look() == 0
    assert sms.kinds == ["appointment_booked", "appointment_changed", "appointment_cancelled"]
    told = sms.sent[1].fields
    assert datetime.fromisoformat(told["start"]) == moved.start and told["code"] == visit.code and told["bring"] == ["户口簿", "照片回执"]


async def test_a_hold_is_told_to_nobody(bureau: Bureau, sms: Way, clock: FixedClock) -> None:
    found = await bureau.visits.days(hall_id="guangzhou-zhengwu", line="id_card", days=1)
    held = await bureau.visits.hold(slot_id=found[0].slots[-1].slot_id, person_id="ct_1", guide_id="g", turn_id="t1")
    moved = await bureau.visits.reschedule(appointment_id=held.id, slot_id=found[0].slots[-2].slot_id, person_id="ct_1", turn_id="t2")
    await bureau.visits.cancel(appointment_id=moved.id, person_id="ct_1", turn_id="t3")
    assert await kept(bureau) == []


async def test_a_change_that_fails_leaves_no_notice(bureau: Bureau) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError

    bureau.visits.changed.append(fail)
    with pytest.raises(RuntimeError):
        await bureau.booked()
    assert await kept(bureau) == []


async def test_a_turn_that_is_run_again_tells_nothing_twice(bureau: Bureau) -> None:
    visit = await bureau.booked()
    again = {"appointment_id": visit.id, "person_id": "ct_1", "turn_id": f"tn_{bureau._turn}"}
    done = await asyncio.gather(*(bureau.visits.confirm(**again) for _ in range(3)), return_exceptions=True)
    assert all(isinstance(one, Busy) or one.id == visit.id for one in done)
    assert await kept(bureau) == [("appointment_booked", "waiting")]


async def test_what_the_outbox_holds_is_sealed(bureau: Bureau, database: Database) -> None:
    visit = await bureau.booked()
    async with database.begin() as conn:
        dump = str((await conn.execute(sa.text("SELECT * FROM notices.notice"))).all())
    assert visit.id in dump and visit.code not in dump and "身份证" not in dump


async def test_steps_of_a_case_are_told_that_the_citizen_has_to_know_of(bureau: Bureau, sms: Way) -> None:
    case = await bureau.submitted()
    for to in ("accepted", "accepted", "processing", "supplement", "accepted", "approved", "delivered"):
        await bureau.cases.advance(number=case.number, to=to, note=None)
        await bureau.look()
    assert sms.kinds == ["case_accepted", "case_correction", "case_accepted", "case_done"]
    refused = await bureau.submitted()
    await bureau.cases.advance(number=refused.number, to="rejected")
    await bureau.look()
    assert sms.kinds[-1] == "case_rejected" and sms.sent[-1].fields["number"] == refused.number


async def test_of_news_that_piled_up_only_the_last_is_told(bureau: Bureau, sms: Way) -> None:
    visit = await bureau.booked()
    await bureau.cancel(visit)
    other = await bureau.booked(person="ct_2")
    await bureau.look()
    assert sms.kinds == ["appointment_cancelled"]
    assert sorted(await kept(bureau)) == [
        ("appointment_booked", "nowhere"), ("appointment_booked", "withdrawn"), ("appointment_cancelled", "sent"),
    ], other  # fmt: skip


# — the day before —


async def told_and_next_day(bureau: Bureau, clock: FixedClock, hour: int = 10) -> None:
    """A day on, at this hour."""
    await bureau.look()
    clock.moment = (clock.moment + timedelta(days=1)).replace(hour=hour, minute=0)


async def test_a_visit_is_reminded_of_once_the_day_before_from_its_hour_on(bureau: Bureau, sms: Way, clock: FixedClock) -> None:
    visit = await bureau.booked(days=2)
    assert visit.start.date() == clock.now().date() + timedelta(days=2)
    assert await bureau.notices.remind() == 0, "not two days before"
    await told_and_next_day(bureau, clock, hour=9)
    assert await bureau.notices.remind() == 0, "not before its hour"
    clock.moment = clock.moment.replace(hour=10)
    assert sum(await asyncio.gather(*(bureau.notices.remind() for _ in range(3)))) == 1
    await bureau.look()
    clock.moment += timedelta(hours=3)
    assert await bureau.notices.remind() == 0 and await bureau.look() == 0
    assert sms.kinds == ["appointment_booked", "appointment_tomorrow"]


async def test_who_books_for_tomorrow_after_the_hour_has_just_been_told(bureau: Bureau, sms: Way, clock: FixedClock) -> None:
    clock.moment = clock.moment.replace(hour=10, minute=5)
    await bureau.booked(days=1)
    clock.moment += timedelta(hours=2)
    assert await bureau.notices.remind() == 0


async def test_a_reminder_vanishes_when_the_visit_is_cancelled(bureau: Bureau, sms: Way, clock: FixedClock) -> None:
    visit = await bureau.booked(days=2)
    await told_and_next_day(bureau, clock)
    assert await bureau.notices.remind() == 1
    await bureau.cancel(visit)
    assert await bureau.notices.remind() == 0
    await bureau.look()
    assert sms.kinds == ["appointment_booked", "appointment_cancelled"]


async def test_a_visit_that_is_moved_is_reminded_of_for_its_new_day(bureau: Bureau, sms: Way, clock: FixedClock) -> None:
    visit = await bureau.booked(days=2)
    await told_and_next_day(bureau, clock)
    assert await bureau.notices.remind() == 1
    moved = await bureau.move(visit, days=3)
    await bureau.look()
    assert sms.kinds == ["appointment_booked", "appointment_changed"]
    clock.moment = moved.start.astimezone(clock.moment.tzinfo).replace(hour=10, minute=0) - timedelta(days=1)
    assert await bureau.notices.remind() == 1
    await bureau.look()
    assert sms.kinds[-1] == "appointment_tomorrow" and datetime.fromisoformat(sms.sent[-1].fields["start"]) == moved.start


async def test_a_cancellation_at_the_very_moment_of_the_reminder_leaves_no_reminder(bureau: Bureau, sms: Way, clock: FixedClock) -> None:
    visits = [await bureau.booked(person=f"ct_{n}", days=2) for n in range(6)]
    sms.reaches = {v.person_id for v in visits}
    await told_and_next_day(bureau, clock)
    await asyncio.gather(bureau.notices.remind(), *(bureau.cancel(v) for v in visits))
    while await bureau.look():
        pass
    assert sorted(sms.kinds) == ["appointment_booked"] * 6 + ["appointment_cancelled"] * 6
    assert ("appointment_tomorrow", "waiting") not in await kept(bureau)


async def test_a_reminder_that_could_not_be_sent_before_the_visit_is_not_sent_after_it(bureau: Bureau, sms: Way, clock: FixedClock) -> None:
    visit = await bureau.booked(days=2)
    await told_and_next_day(bureau, clock)
    assert await bureau.notices.remind() == 1
    clock.moment = visit.start
    await bureau.look()
    assert sms.kinds == ["appointment_booked"] and ("appointment_tomorrow", "expired") in await kept(bureau)


async def test_the_answer_to_a_ticket_is_told_and_nothing_before_it(bureau: Bureau, sms: Way, clock: FixedClock) -> None:
    desk = await HelpDesk(bureau.database, clock, bureau.vault).open()
    desk.tickets.answered.append(bureau.notices.causes.ticket_answered)
    async with bureau.database.begin() as conn:
        opened = await desk.tickets.open(conn, kind="complaint", about="窗口没人", detail="电话13800138000", by="bot", origin="bot", person_id="ct_1")
        nobodys = await desk.tickets.open(conn, kind="complaint", about="匿名", detail="x", by="bot", origin="bot")
    for number in (opened.number, nobodys.number):
        for to in ("processing", "replied"):
            await desk.tickets.transition(number=number, to=to, note="已整改，请张伟（13800138000）放心", by="st_agent1")
            await bureau.look()
    assert sms.kinds == ["ticket_answered"] and dict(sms.sent[0].fields)["number"] == opened.number
    assert "13800138000" not in str(sms.sent[0].fields)
    await desk.tickets.transition(number=opened.number, to="disputed", note="不满意", by="st_agent1")
    for to in ("processing", "replied"):
        await desk.tickets.transition(number=opened.number, to=to, note="再答", by="st_agent1")
    await bureau.look()
    assert sms.kinds == ["ticket_answered"] * 2, "a new answer is a new notice"
    await desk.close()
