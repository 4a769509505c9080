"""How a notice goes out: by one way, once, not at night, tried again, never by a second way while the first is in doubt."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from common.clock import FixedClock, local
from services.notices.errors import Gone, NoticeUnknown, Refused, TryLater
from services.notices.sending import LEASE, TRIES
from services.notices.tables import notice
from tests.fakes.notices import Bureau, Way


async def rows(bureau: Bureau) -> list[sa.Row]:
    async with bureau.database.begin() as conn:
        return list(await conn.execute(sa.select(notice).order_by(notice.c.created_at)))


async def one(bureau: Bureau) -> sa.Row:
    [row] = await rows(bureau)
    return row


async def test_the_first_way_that_reaches_him_is_used_and_no_other(bureau: Bureau, sms: Way, wechat: Way) -> None:
    wechat.reaches = {"ct_1"}
    sms.answers = wechat.answers = ["m-17"]
    await bureau.booked()
    await bureau.look()
    assert (len(wechat.sent), len(sms.sent)) == (1, 0)
    row = await one(bureau)
    assert (row.state, row.way, row.reference, row.busy_by) == ("sent", "wechat", "m-17", None)


async def test_his_own_order_and_what_he_switched_off_decide(bureau: Bureau, sms: Way, wechat: Way) -> None:
    wechat.reaches = {"ct_1"}
    await bureau.notices.wishes.change(person_id="ct_1", order=["sms", "wechat"])
    visit = await bureau.booked()
    await bureau.look()
    await bureau.notices.wishes.unsubscribe(person_id="ct_1", way="sms", topic="appointment")
    await bureau.cancel(visit)
    await bureau.look()
    case = await bureau.submitted()
    await bureau.cases.advance(number=case.number, to="accepted")
    await bureau.look()
    assert (sms.kinds, wechat.kinds) == (["appointment_booked", "case_accepted"], ["appointment_cancelled"])


async def test_who_switched_everything_off_is_told_nothing(bureau: Bureau, sms: Way) -> None:
    await bureau.notices.wishes.unsubscribe(person_id="ct_1", way="sms")
    await bureau.booked()
    await bureau.look()
    assert (sms.tried, (await one(bureau)).state) == ([], "nowhere")


@pytest.mark.parametrize("failure", [Refused("43101"), Gone("number_gone")])
async def test_what_one_way_refuses_goes_by_the_next_at_once(bureau: Bureau, sms: Way, wechat: Way, failure: Exception) -> None:
    wechat.reaches, wechat.answers = {"ct_1"}, [failure]
    await bureau.booked()
    await bureau.look()
    assert (wechat.sent, sms.kinds) == ([], ["appointment_booked"])
    assert wechat.tried != sms.tried, "each way knows it by its own key"


async def test_while_nobody_knows_whether_one_way_has_sent_it_no_other_is_tried(bureau: Bureau, sms: Way, wechat: Way, clock: FixedClock) -> None:
    wechat.reaches, wechat.answers = {"ct_1"}, [TryLater("timeout"), TryLater("timeout"), None]
    await bureau.booked(days=3)
    for _ in range(3):
        assert await bureau.look() == 1
        assert await bureau.look() == 0, "not before its pause is over"
        clock.moment += timedelta(seconds=60)
    assert sms.tried == [] and len(wechat.sent) == 1
    assert len(wechat.tried) == 3 and len(set(wechat.tried)) == 1, "the same key each time"


async def test_a_way_that_never_answers_ends_as_a_dead_letter_and_can_be_tried_again(bureau: Bureau, sms: Way, clock: FixedClock) -> None:
    sms.answers = [TryLater("503")] * TRIES
    case = await bureau.submitted()
    await bureau.cases.advance(number=case.number, to="accepted")
    while (await one(bureau)).state == "waiting":
        await bureau.look()
        clock.moment += timedelta(hours=1)
    assert (len(sms.tried), sms.sent) == (TRIES, [])
    [dead] = await bureau.notices.outbox.list()
    assert (dead.kind, dead.way, dead.reason, dead.state) == ("case_accepted", "sms", "503", "dead")
    with pytest.raises(NoticeUnknown):
        await bureau.notices.outbox.retry(notice_id="no_other")
    assert await bureau.notices.outbox.retry(notice_id=dead.id) == 1
    clock.moment = local(clock.moment).replace(hour=10)
    await bureau.look()
    assert sms.kinds == ["case_accepted"] and len(set(sms.tried)) == 1
    assert await bureau.notices.outbox.retry() == 0


async def test_refused_by_every_way_is_a_dead_letter_that_says_why(bureau: Bureau, sms: Way, wechat: Way) -> None:
    wechat.reaches = {"ct_1"}
    wechat.answers, sms.answers = [Refused("43101")], [Gone("number_gone")]
    await bureau.booked()
    await bureau.look()
    [dead] = await bureau.notices.outbox.list()
    assert dead.reason == "sms: gone number_gone; wechat: refused 43101"
    assert await bureau.notices.outbox.retry() == 1
    await bureau.look()
    assert wechat.kinds == ["appointment_booked"], "asked anew"


async def test_an_unforeseen_error_of_a_way_is_tried_again(bureau: Bureau, sms: Way, clock: FixedClock) -> None:
    sms.answers = [RuntimeError("a bug, and 13800138000 in its words")]
    await bureau.booked(days=3)
    await bureau.look()
    assert (await one(bureau)).reason == "unforeseen"
    clock.moment += timedelta(minutes=1)
    await bureau.look()
    assert sms.kinds == ["appointment_booked"]


async def test_when_it_cannot_be_known_whom_a_way_reaches_it_is_asked_later(bureau: Bureau, sms: Way, wechat: Way, clock: FixedClock) -> None:
    wechat.away = TryLater("identity")
    await bureau.booked(days=3)
    await bureau.look()
    assert sms.tried == []
    wechat.away = None
    clock.moment += timedelta(minutes=1)
    await bureau.look()
    assert sms.kinds == ["appointment_booked"]


async def test_at_night_only_the_answer_to_what_he_does_just_now_is_sent(bureau: Bureau, sms: Way, clock: FixedClock) -> None:
    clock.moment = clock.moment.replace(hour=22)
    case = await bureau.submitted()
    await bureau.cases.advance(number=case.number, to="accepted")
    await bureau.booked(days=3)
    await bureau.look()
    assert sms.kinds == ["appointment_booked"]
    clock.moment = (clock.moment + timedelta(days=1)).replace(hour=7, minute=59)
    assert await bureau.look() == 0
    clock.moment += timedelta(minutes=1)
    await bureau.look()
    assert sms.kinds == ["appointment_booked", "case_accepted"]


async def test_an_answer_that_fails_at_night_waits_for_the_morning_when_it_is_old(bureau: Bureau, sms: Way, clock: FixedClock) -> None:
    clock.moment, sms.answers = clock.moment.replace(hour=22), [TryLater("503"), TryLater("503", after_s=1200)]
    await bureau.booked(days=3)
    await bureau.look()
    clock.moment += timedelta(minutes=1)
    await bureau.look()
    row = await one(bureau)
    assert len(sms.tried) == 2 and local(row.next_at).strftime("%d %H:%M") == "19 08:00"


async def test_a_stopped_way_is_passed_by_and_what_was_begun_there_waits(bureau: Bureau, sms: Way, wechat: Way, clock: FixedClock) -> None:
    wechat.reaches, wechat.answers = {"ct_1"}, [TryLater("timeout")]
    await bureau.booked(days=3)
    await bureau.look()
    await bureau.stops.stop(channel="wechat", by="cli")
    await bureau.booked(days=3, title="居住证")
    clock.moment += timedelta(minutes=1)
    await bureau.look()
    assert (len(wechat.tried), len(sms.sent)) == (1, 1)
    await bureau.stops.start(channel="wechat", by="cli")
    clock.moment += timedelta(minutes=2)
    await bureau.look()
    assert (len(wechat.sent), len(sms.sent)) == (1, 1)


async def test_a_way_that_is_switched_off_in_the_settings_while_in_doubt_ends_in_a_dead_letter(bureau: Bureau, sms: Way, clock: FixedClock) -> None:
    sms.answers = [TryLater("timeout")]
    await bureau.booked(days=3)
    await bureau.look()
    clock.moment += timedelta(minutes=1)
    await bureau.notices.worker.look({"wechat": Way("wechat")})
    [dead] = await bureau.notices.outbox.list()
    assert dead.reason == "the way is off"


async def test_several_gateways_send_each_notice_once(bureau: Bureau, sms: Way, another: Callable[..., Bureau]) -> None:
    sms.reaches = {f"ct_{n}" for n in range(20)}
    for person in sorted(sms.reaches):
        await bureau.booked(person=person)
    gateways = [bureau, another(sms)]

    async def work(gateway: Bureau) -> None:
        while await gateway.look():
            pass

    await asyncio.gather(*(work(g) for g in gateways))
    assert sorted(n.person_id for n in sms.sent) == sorted(sms.reaches) and len(set(sms.tried)) == 20


async def test_what_a_killed_gateway_had_in_hand_goes_by_the_same_way_and_key(
    bureau: Bureau, sms: Way, clock: FixedClock, another: Callable[..., Bureau]
) -> None:
    """Killed after the platform's yes and before our note: it is handed over twice, and the platform can tell by the key."""
    sms.gate = asyncio.Event()
    await bureau.booked(days=3)
    dying = asyncio.create_task(bureau.look())
    while not sms.tried:
        await asyncio.sleep(0.01)
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    sms.gate = None
    await bureau.notices.wishes.change(person_id="ct_1", order=["wechat"])
    wechat = Way("wechat")
    successor = another(sms, wechat)
    assert await successor.look() == 0, "its lease holds"
    clock.moment += LEASE + timedelta(seconds=1)
    assert await successor.look() == 1
    assert (len(sms.sent), wechat.tried, len(set(sms.tried)), len(sms.tried)) == (1, [], 1, 2)


async def test_a_gateway_that_starts_again_takes_up_what_it_had_in_hand(bureau: Bureau, sms: Way, clock: FixedClock) -> None:
    sms.gate = asyncio.Event()
    await bureau.booked(days=3)
    dying = asyncio.create_task(bureau.look())
    while not sms.tried:
        await asyncio.sleep(0.01)
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    sms.gate = None
    running = asyncio.create_task(bureau.notices.run(bureau.ways))
    while not sms.sent:
        await asyncio.sleep(0.02)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert sms.kinds == ["appointment_booked"]


async def test_without_any_way_what_is_due_goes_nowhere_and_is_forgotten_in_time(bureau: Bureau, clock: FixedClock) -> None:
    await bureau.booked()
    await bureau.notices.worker.look({})
    assert (await one(bureau)).state == "nowhere"
    clock.moment += timedelta(days=181)
    await bureau.booked(person="ct_2")
    assert await bureau.notices.forget(keep=timedelta(days=180)) == 1
    assert [row.person_id for row in await rows(bureau)] == ["ct_2"]


async def test_of_who_is_erased_nothing_is_left(bureau: Bureau) -> None:
    await bureau.booked()
    await bureau.booked(person="ct_2")
    await bureau.notices.wishes.unsubscribe(person_id="ct_1", way="sms")
    await bureau.notices.erase(person_id="ct_1")
    assert [row.person_id for row in await rows(bureau)] == ["ct_2"]
    assert (await bureau.notices.wishes.of(person_id="ct_1")).off == {}


async def test_one_that_hangs_holds_up_nobody_else(bureau: Bureau, sms: Way, wechat: Way) -> None:
    wechat.reaches, wechat.gate = {"ct_2"}, asyncio.Event()
    running = asyncio.create_task(bureau.notices.run(bureau.ways))
    await bureau.booked(person="ct_2")
    bureau.notices.worker.wake()
    while not wechat.tried:
        await asyncio.sleep(0.02)
    await bureau.booked()
    while not sms.sent:
        await asyncio.sleep(0.02)
    assert wechat.sent == []
    wechat.gate.set()
    while not wechat.sent:
        await asyncio.sleep(0.02)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
