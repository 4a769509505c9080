"""Holds that ran out are written down; nothing a citizen could do before changes. On real PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from common.clock import FixedClock
from common.database import Database
from services.appointments.adapters.local import LocalProvider
from services.appointments.model import Appointment
from services.appointments.policy import shipped_policy
from services.appointments.tables import appointment, event, operation

HALL, LINE = "guangzhou-zhengwu", "id_card"
HOLD = shipped_policy().hold


@pytest.fixture
def provider(database: Database, clock: FixedClock) -> LocalProvider:
    return LocalProvider(database=database, clock=clock)


async def held(provider: LocalProvider, person: str = "ct_1") -> Appointment:
    [day] = await provider.days(hall_id=HALL, line=LINE, days=1)
    return await provider.hold(slot_id=day.slots[-1].slot_id, person_id=person, guide_id="g1", turn_id=f"tn_{person}", lines=[LINE])


async def stored(database: Database, appointment_id: str) -> tuple[str, str | None]:
    async with database.begin() as conn:
        return tuple((await conn.execute(sa.select(appointment.c.state, appointment.c.reason).where(appointment.c.id == appointment_id))).one())


async def test_a_hold_that_ran_out_is_written_down_once_and_one_that_runs_is_left(provider: LocalProvider, database: Database, clock: FixedClock) -> None:
    first = await held(provider, "ct_1")
    clock.moment += HOLD / 2
    second = await held(provider, "ct_2")
    assert await provider.tidy() == 0
    clock.moment += HOLD / 2
    assert await provider.tidy() == 1
    assert await provider.tidy() == 0
    assert (await stored(database, first.id), await stored(database, second.id)) == (("cancelled", "expired"), ("held", None))
    async with database.begin() as conn:
        told = (await conn.execute(sa.select(event.c.what, event.c.by).where(event.c.appointment_id == first.id).order_by(event.c.number))).all()
    assert [tuple(t) for t in told] == [("held", "citizen"), ("expired", "system")]


async def test_a_late_confirmation_still_gets_the_place_if_it_is_free(provider: LocalProvider, clock: FixedClock) -> None:
    mine = await held(provider)
    clock.moment += HOLD
    before = await provider.get(appointment_id=mine.id)
    await provider.tidy()
    after = await provider.get(appointment_id=mine.id)
    assert (after.state, after.reason) == (before.state, before.reason) == ("cancelled", "expired")
    assert (await provider.confirm(appointment_id=mine.id, person_id="ct_1", turn_id="tn_2")).state == "booked"
    assert await provider.tidy() == 0


async def test_an_appointment_somebody_is_busy_with_is_left_for_the_next_time(provider: LocalProvider, database: Database, clock: FixedClock) -> None:
    mine = await held(provider)
    clock.moment += HOLD
    async with database.begin() as busy:
        await busy.execute(sa.select(appointment.c.id).where(appointment.c.id == mine.id).with_for_update())
        assert await provider.tidy() == 0
    assert await provider.tidy() == 1


async def test_what_turns_did_is_remembered_for_a_week(provider: LocalProvider, database: Database, clock: FixedClock) -> None:
    mine = await held(provider)
    await provider.confirm(appointment_id=mine.id, person_id="ct_1", turn_id="tn_2")
    for days, left in ((7, 2), (1, 0)):
        clock.moment += timedelta(days=days)
        await provider.tidy()
        async with database.begin() as conn:
            assert await conn.scalar(sa.select(sa.func.count()).select_from(operation)) == left
