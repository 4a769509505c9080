"""Subscription messages: asked for by occasion, one message for one yes, and no message twice."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from channels.miniprogram.subscribing import Subscriptions, make
from common.signing import Signer
from services.notices.ports import Gone, Refused, TryLater, Unsure
from services.notices.service import Kind, Notice, Notices
from tests.fakes.wechat import Fault, MiniPhone
from tests.fakes.wechat.tokens import expire
from tests.integration.channels.miniprogram.conftest import IDS, Line, Open, until

TOKEN = "/cgi-bin/stable_token"
SEND, PATH = "/cgi-bin/message/subscribe/send", "/api/chat/subscriptions"
VISIT = {"item": "居民身份证补领", "hall": "天河区政务服务中心", "address": None, "start": "2026-11-25T09:00:00+08:00", "end": "2026-11-25T10:00:00+08:00",
         "code": "K7M2PQ", "bring": []}  # fmt: skip
CASE = {"item": "居民身份证补领", "number": "BB20261122000017", "state": "correction", "note": "请补一张照片，身份证号44010119900101123X"}


@pytest.fixture
async def line(open_line: Open) -> Line:
    return await open_line()


def way(line: Line) -> Subscriptions:
    made = make(line.services.settings, line.services, {"miniprogram": line.channel})
    assert made
    return made


async def notice(line: Line, token: str, kind: Kind = "appointment_tomorrow", **fields: Any) -> Notice:
    now = line.services.clock.now()
    values = {**(VISIT if kind.startswith("appointment") else CASE), **fields}
    return Notice("no_1", await line.person(token), kind, "ap_1", values, now, now, now + timedelta(days=1), True)


async def allows(line: Line, phone: MiniPhone, token: str, *names: str, report: str = "report-01", says: str = "accept") -> dict[str, Any]:
    answers = phone.asked(*(IDS[name] for name in names), says=says)
    answers.pop("errMsg")
    reply = await line.api("POST", PATH, token=token, report_id=report, answers=answers)
    assert reply.status_code == 200, reply.text
    return reply.json()  # type: ignore[no-any-return]


async def test_he_is_asked_by_occasion_and_not_again_after_a_no(line: Line) -> None:
    phone = line.phone()
    token = await line.signs_in(phone)
    asked = (await line.api("GET", PATH, token=token)).json()
    assert asked == {
        "occasions": {"booking": ["T-booked", "T-tomorrow", "T-changed"], "submitting": ["T-correct"], "ticket": ["T-t"]}, "allowed": [],
    }  # fmt: skip
    assert (await allows(line, phone, token, "visit_booked", "visit_tomorrow"))["allowed"] == ["visit_booked", "visit_tomorrow"]
    refused = await allows(line, phone, token, "visit_changed", report="report-02", says="reject")
    assert refused["occasions"]["booking"] == ["T-booked", "T-tomorrow"] and refused["allowed"] == ["visit_booked", "visit_tomorrow"]
    assert (await allows(line, phone, token, "visit_changed", report="report-03"))["occasions"]["booking"][-1] == "T-changed", (
        "he thought better of it"
    )


async def test_what_is_no_report_of_ours_is_refused(line: Line) -> None:
    phone = line.phone()
    token = await line.signs_in(phone)
    bad: Sequence[dict[str, Any]] = [
        {"answers": {"T-booked": "accept"}},
        {"report_id": "report-01", "answers": {}},
        {"report_id": "report-01", "answers": {"T-booked": "yes"}},
        {"report_id": "report-01", "answers": {"T-unknown": "accept"}},
        {"report_id": "report-01", "answers": {"T-booked": "accept", "T-x": "accept"}},
    ]
    for body in bad:
        assert (await line.api("POST", PATH, token=token, **body)).status_code == 422, body
    assert (await line.api("GET", PATH, token=token)).json()["allowed"] == []
    stranger = (await line.api("POST", "/api/chat/sessions")).json()["token"]
    assert (await line.api("GET", PATH, token=stranger)).json()["error"]["code"] == "miniprogram.not_wechat"
    assert (await line.api("GET", PATH)).status_code == 401


async def test_one_yes_is_one_message_with_the_named_fields(line: Line) -> None:
    phone = line.phone()
    token = await line.signs_in(phone)
    ours, mine = way(line), await notice(line, token)
    assert not await ours.can_reach(person_id=mine.person_id, kind=mine.kind)
    for _ in range(2):  # the report came twice
        await allows(line, phone, token, "visit_tomorrow")
    assert await ours.can_reach(person_id=mine.person_id, kind=mine.kind) and not await ours.can_reach(person_id=mine.person_id, kind="case_done")
    assert await ours.send(notice=mine, key="a" * 32)
    (body,) = line.account.notified
    assert body["page"] == "pages/appointment/appointment?id=ap_1" and body["miniprogram_state"] == "formal"
    assert {name: entry["value"] for name, entry in body["data"].items()} == {
        "thing1": "居民身份证补领", "time2": "2026年11月25日 09:00", "thing3": "天河区政务服务中心", "thing4": "请带齐材料，按时到大厅",
    }  # fmt: skip
    assert not await ours.can_reach(person_id=mine.person_id, kind=mine.kind)
    with pytest.raises(Refused):
        await ours.send(notice=mine, key="b" * 32)
    assert len(line.account.notified) == 1


async def test_long_names_are_cut_and_what_the_back_office_wrote_stays_out(line: Line) -> None:
    phone = line.phone()
    token = await line.signs_in(phone)
    await allows(line, phone, token, "case_correction")
    await way(line).send(notice=await notice(line, token, "case_correction", item="一" * 30), key="a" * 32)
    said = [entry["value"] for entry in line.account.notified[0]["data"].values()]
    assert said[0] == "一" * 19 + "…" and "44010119900101123X" not in "".join(said) and "待补正" in said


async def test_a_value_that_fits_no_field_uses_up_no_yes(line: Line) -> None:
    phone = line.phone()
    token = await line.signs_in(phone)
    await allows(line, phone, token, "case_correction")
    with pytest.raises(Refused, match="unfit"):
        await way(line).send(notice=await notice(line, token, "case_correction", number="没有编号"), key="a" * 32)
    assert line.platform.calls[SEND] == 0 and await way(line).can_reach(person_id=await line.person(token), kind="case_correction")


@pytest.mark.parametrize(
    ("errcode", "failure"), [(40037, Refused), (47003, Refused), (41030, Refused), (40003, Gone), (45009, TryLater), (48001, TryLater)]
)
async def test_what_the_platform_did_not_take_uses_up_no_yes(line: Line, errcode: int, failure: type[Exception]) -> None:
    phone = line.phone()
    token = await line.signs_in(phone)
    await allows(line, phone, token, "visit_tomorrow")
    line.platform.faults.append(Fault(SEND, errcode=errcode))
    with pytest.raises(failure):
        await way(line).send(notice=await notice(line, token), key="a" * 32)
    assert await way(line).can_reach(person_id=await line.person(token), kind="appointment_tomorrow")
    await way(line).send(notice=await notice(line, token), key="a" * 32)
    assert len(line.account.notified) == 1


@pytest.mark.parametrize(
    "fault",
    [Fault(SEND, away=True), Fault(TOKEN, away=True), Fault(TOKEN, status=502), Fault(TOKEN, errcode=40125)],
    ids=["no connection", "no way to a token", "no token", "a wrong secret"],
)
async def test_what_surely_never_went_out_uses_up_no_yes_and_is_not_unsure(line: Line, fault: Fault) -> None:
    phone = line.phone()
    token = await line.signs_in(phone)
    await allows(line, phone, token, "visit_tomorrow")
    expire(line.account)
    line.platform.faults.append(replace(fault))
    with pytest.raises(TryLater) as caught:
        await way(line).send(notice=await notice(line, token), key="a" * 32)
    assert not isinstance(caught.value, Unsure) and line.account.notified == []
    assert await way(line).can_reach(person_id=await line.person(token), kind="appointment_tomorrow")
    await way(line).send(notice=await notice(line, token), key="a" * 32)
    assert len(line.account.notified) == 1


async def test_where_nobody_knows_whether_it_went_the_yes_stays_used_up(line: Line) -> None:
    phone = line.phone()
    token = await line.signs_in(phone)
    await allows(line, phone, token, "visit_tomorrow")
    line.platform.faults.append(Fault(SEND, status=502))
    with pytest.raises(Unsure):
        await way(line).send(notice=await notice(line, token), key="a" * 32)
    assert not await way(line).can_reach(person_id=await line.person(token), kind="appointment_tomorrow")


async def test_a_refusal_at_the_platform_ends_what_we_counted(line: Line) -> None:
    phone = line.phone()
    token = await line.signs_in(phone)
    for report in ("report-01", "report-02"):
        await allows(line, phone, token, "visit_tomorrow", report=report)
    phone.follower.consents.clear()  # switched off in the settings of his WeChat
    with pytest.raises(Refused, match="43101"):
        await way(line).send(notice=await notice(line, token), key="a" * 32)
    assert not await way(line).can_reach(person_id=await line.person(token), kind="appointment_tomorrow")


async def test_a_yes_of_the_platform_that_got_lost_is_not_said_twice(line: Line) -> None:
    phone = line.phone()
    token = await line.signs_in(phone)
    await allows(line, phone, token, "visit_tomorrow")
    line.platform.faults.append(Fault(SEND, status=502, after=True))  # it went; we were not told
    with pytest.raises(TryLater):
        await way(line).send(notice=await notice(line, token), key="a" * 32)
    assert await way(line).send(notice=await notice(line, token), key="a" * 32) is None, "the platform says 43101: he has had it"
    assert len(line.account.notified) == 1


async def test_a_gateway_killed_after_the_platforms_yes_tells_nobody_twice(line: Line) -> None:
    phone = line.phone()
    token = await line.signs_in(phone)
    await allows(line, phone, token, "visit_tomorrow")
    line.platform.faults.append(Fault(SEND, delay_s=3600, after=True))
    first = asyncio.create_task(way(line).send(notice=await notice(line, token), key="a" * 32))

    async def asked() -> bool:
        return line.platform.calls[SEND] == 1

    await until(asked)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    line.account.notified.append({"the first": "it went out after we died"})
    phone.follower.consents["T-tomorrow"] = 0
    assert await way(line).send(notice=await notice(line, token), key="a" * 32) is None
    assert len(line.account.notified) == 1


async def test_notices_of_the_outbox_go_this_way_and_each_once(line: Line) -> None:
    phone = line.phone()
    token = await line.signs_in(phone)
    await allows(line, phone, token, "visit_booked", "visit_tomorrow")
    services = line.services
    notices = Notices(
        database=line.database, clock=services.clock, vault=services.vault, signer=Signer(["test"]), halls={}, quiet="00:00-00:00",
        order=("miniprogram",), look_s=0.2,
    )  # fmt: skip
    expires_at, person_id = services.clock.now() + timedelta(days=1), await line.person(token)
    for _ in range(2):
        async with line.database.begin() as conn:
            await notices.outbox.add(
                conn, cause="visit:ap_1:booked", person_id=person_id, kind="appointment_booked", subject="ap_1", fields=VISIT, expires_at=expires_at
            )
    workers = [asyncio.create_task(notices.run({"miniprogram": way(line)})) for _ in range(2)]
    seen = await phone.until(lambda s: s.kind == "subscribe")
    assert seen.url == "pages/appointment/appointment?id=ap_1" and "K7M2PQ" in seen.text

    async def settled() -> bool:
        return [w.state for w in await notices.outbox.list(states=("sent", "waiting", "dead", "nowhere"))] == ["sent"]

    await until(settled)
    for worker in workers:
        worker.cancel()
    await asyncio.gather(*workers, return_exceptions=True)
    assert len(line.account.notified) == 1


async def test_a_lasting_template_is_allowed_once_for_all(open_line: Open) -> None:
    line = await open_line(templates={"visit_tomorrow": {"id": "T-tomorrow", "lasting": True}})
    phone = line.phone()
    token = await line.signs_in(phone)
    await allows(line, phone, token, "visit_tomorrow")
    phone.follower.consents["T-tomorrow"] = -1
    for key in ("a" * 32, "b" * 32):
        await way(line).send(notice=await notice(line, token), key=key)
    assert len(line.account.notified) == 2


async def test_erasing_himself_takes_what_he_allowed_along(line: Line) -> None:
    phone = line.phone()
    token = await line.signs_in(phone)
    await allows(line, phone, token, "visit_tomorrow")
    person_id = await line.person(token)
    await line.services.contacts.erase(person_id=person_id)
    assert not await way(line).can_reach(person_id=person_id, kind="appointment_tomorrow")
