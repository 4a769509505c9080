"""A city's platform that is slow, gone or talks nonsense."""

from __future__ import annotations

import httpx
import pytest

from common.clock import FixedClock
from common.database import Database
from services.appointments.adapters.http import HttpProvider
from services.appointments.adapters.local import LocalProvider
from services.appointments.errors import ProviderUnavailable
from tests.contract.booking_platform import BookingPlatform, platform_client

SLOT = "guangzhou-zhengwu.id_card.20260319T0900"


async def test_a_change_whose_answer_was_lost_is_asked_again_and_done_once(database: Database, clock: FixedClock) -> None:
    local = LocalProvider(database=database, clock=clock)
    platform = BookingPlatform(local)
    platform.lose = 1
    async with platform_client(platform) as client:
        held = await HttpProvider(client=client).hold(slot_id=SLOT, person_id="ct_1", guide_id="g1", turn_id="tn_1")
    assert platform.calls == 2 and [a.id for a in await local.active(person_id="ct_1")] == [held.id]


async def test_a_platform_that_stays_silent_is_unavailable_after_two_attempts(database: Database, clock: FixedClock) -> None:
    platform = BookingPlatform(LocalProvider(database=database, clock=clock))
    platform.lose = 9
    async with platform_client(platform) as client:
        with pytest.raises(ProviderUnavailable):
            await HttpProvider(client=client).active(person_id="ct_1")
    assert platform.calls == 2


@pytest.mark.parametrize("answer", [
    httpx.Response(200, text="<html>"), httpx.Response(200, json={"id": "ap_1"}), httpx.Response(500, json={}), httpx.Response(502, text="Bad"),
    httpx.Response(409, json={"error": {"code": "their.own"}}), httpx.Response(409, json=[]), httpx.Response(401, json={"error": {"code": "x"}}),
    httpx.Response(409, json={"error": {"code": "appointments.exists", "fields": {}}}), httpx.Response(302, headers={"location": "/"}),
])  # fmt: skip
async def test_nonsense_is_unavailable_and_never_a_booking(answer: httpx.Response) -> None:
    async with platform_client(httpx.MockTransport(lambda _: answer)) as client:
        with pytest.raises(ProviderUnavailable):
            await HttpProvider(client=client).get(appointment_id="ap_1")
