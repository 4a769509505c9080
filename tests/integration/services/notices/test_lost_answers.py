"""A platform that knows no keys, and whose answer gets lost: what annoys is told at most once, what matters at least once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from common.clock import FixedClock
from common.database import Database
from common.vault import Vault
from services.notices.errors import TryLater, Unsure
from services.notices.model import KINDS, ONCE
from services.notices.tables import notice
from tests.fakes.notices import Bureau, Way


class Keyless(Way):
    keyless = True


@pytest.fixture
def platform() -> Keyless:
    return Keyless("miniprogram")


@pytest.fixture
def bureau(database: Database, vault: Vault, clock: FixedClock, platform: Keyless) -> Bureau:
    return Bureau(database, vault, clock, platform)


async def _looks_twice(bureau: Bureau, clock: FixedClock) -> tuple[str, str | None]:
    await bureau.look()
    clock.moment += timedelta(minutes=5)
    await bureau.look()
    async with bureau.database.begin() as conn:
        [row] = await conn.execute(sa.select(notice.c.state, notice.c.reason))
    return row.state, row.reason


@pytest.mark.parametrize("answer", [Unsure("unreachable"), RuntimeError("who knows")])
async def test_what_he_has_done_himself_is_not_told_again(bureau: Bureau, platform: Keyless, clock: FixedClock, answer: Exception) -> None:
    platform.answers = [answer]
    await bureau.booked(days=3)
    assert await _looks_twice(bureau, clock) == ("sent", "unsure")
    assert len(platform.tried) == 1


async def test_what_he_has_to_act_on_is_rather_told_twice(bureau: Bureau, platform: Keyless, clock: FixedClock) -> None:
    platform.answers = [Unsure("unreachable")]
    case = await bureau.submitted()
    await bureau.cases.advance(number=case.number, to="supplement", note="请补一张照片")
    assert (await _looks_twice(bureau, clock))[0] == "sent"
    assert len(set(platform.tried)) == 1 and len(platform.tried) == 2 and platform.kinds == ["case_correction"]


async def test_what_was_surely_not_sent_is_sent_later_whatever_it_is(bureau: Bureau, platform: Keyless, clock: FixedClock) -> None:
    platform.answers = [TryLater("no_token")]
    await bureau.booked(days=3)
    assert (await _looks_twice(bureau, clock))[0] == "sent"
    assert platform.kinds == ["appointment_booked"]


async def test_a_platform_that_knows_keys_is_tried_again_with_everything(database: Database, vault: Vault, clock: FixedClock) -> None:
    sms = Way("sms", answers=[Unsure("timeout")])
    bureau = Bureau(database, vault, clock, sms)
    await bureau.booked(days=3)
    assert (await _looks_twice(bureau, clock))[0] == "sent"
    assert sms.kinds == ["appointment_booked"] and len(set(sms.tried)) == 1


def test_what_a_citizen_has_to_act_on_is_never_told_at_most_once() -> None:
    assert {kind for kind in KINDS if kind not in ONCE} == {
        "appointment_tomorrow",
        "case_correction",
        "case_done",
        "case_rejected",
        "ticket_answered",
    }
