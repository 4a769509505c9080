"""Template messages of the Official Account: told after the window has closed, once, and by another way when it did not arrive."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from channels.base import Place
from channels.wechat_oa.notifying import TemplateMessages, make
from channels.wechat_oa.templates import read_templates
from common.clock import SystemClock
from services.notices.ports import Gone, NotNow, Refused, TryLater
from services.notices.service import Kind, Notice
from services.notices.tables import notice as table
from tests.fakes.notices import Way
from tests.fakes.wechat import Fault, Phone
from tests.integration.channels.wechat.conftest import Line, Open

SEND = "/cgi-bin/message/template/send"
MINI = "wxmini0123456789"
TEMPLATES = {"visit_tomorrow": {"id": "T-tomorrow"}, "case_result": {"id": "T-result"}, "visit_booked": {"id": "T-booked"}}
FIELDS = {
    "T-tomorrow": ["thing1", "time2", "thing3", "thing4"], "T-result": ["thing1", "character_string2", "phrase3", "thing4"],
    "T-booked": ["thing1", "time2", "thing3"],
}  # fmt: skip
VISIT = {"item": "居民身份证补领", "hall": "天河区政务服务中心", "address": None, "start": "2027-11-25T09:00:00+08:00", "end": "2027-11-25T10:00:00+08:00",
         "code": "K7M2PQ", "bring": []}  # fmt: skip
CASE = {"item": "居民身份证补领", "number": "BB20261122000017", "state": "approved", "note": "请凭44010119900101123X领取"}


@pytest.fixture
async def line(open_line: Open) -> Line:
    line = await open_line(templates=TEMPLATES, mini_program=MINI)
    line.account.templates, line.account.linked = dict(FIELDS), {MINI}
    return line


def way(line: Line) -> TemplateMessages:
    made = make(line.channel._config, line.services, {"wechat_oa": line.channel})
    assert made
    return made


async def follower(line: Line) -> tuple[Phone, str]:
    """Who wrote long ago: nothing can be answered any more."""
    phone = line.phone()
    await phone.text("你好")
    await phone.sees("echo 你好")
    await line.quiet()
    phone.follower.grants.clear()
    conversation_id = await line.deliveries.conversation_of(place=_place(line, phone))
    assert conversation_id
    return phone, (await line.conversations.conversation(conversation_id)).person_id


def _place(line: Line, phone: Phone) -> Place:
    return Place("wechat_oa", line.account.original_id, phone.openid)


def notice(line: Line, person_id: str, kind: Kind = "appointment_tomorrow", **fields: Any) -> Notice:
    now = SystemClock().now()
    values = {**(VISIT if kind.startswith("appointment") else CASE), **fields}
    return Notice("no_1", person_id, kind, "ap_1", values, now, now, now + timedelta(days=1), True)


async def test_a_follower_whose_window_has_closed_is_told_with_what_the_notice_needs(line: Line) -> None:
    phone, person_id = await follower(line)
    ours = way(line)
    assert await ours.can_reach(person_id=person_id, kind="appointment_tomorrow") and not await ours.can_reach(
        person_id=person_id, kind="case_accepted"
    )
    assert await ours.send(notice=notice(line, person_id), key="a" * 32)
    seen = await phone.until(lambda s: s.kind == "template")
    assert seen.text.split("\n") == ["居民身份证补领", "2027年11月25日 09:00", "天河区政务服务中心", "请带齐材料，按时到大厅"]
    (body,) = line.account.notified
    assert body["miniprogram"] == {"appid": MINI, "pagepath": "pages/appointment/appointment?id=ap_1"}
    assert body["url"].startswith("https://bangban.example/channels/wechat_oa/enter?") and "K7M2PQ" not in str(body), "its page asks who opens it"
    assert await ours.shown(person_id=person_id) and not await ours.shown(person_id="vs_nobody")


async def test_long_names_are_cut_and_what_the_back_office_wrote_stays_out(line: Line) -> None:
    _, person_id = await follower(line)
    await way(line).send(notice=notice(line, person_id, "case_done", item="一" * 30), key="a" * 32)
    said = [entry["value"] for entry in line.account.notified[0]["data"].values()]
    assert said[0] == "一" * 19 + "…" and said[1] == CASE["number"] and "44010119900101123X" not in "".join(said)
    with pytest.raises(Refused, match="unfit"):
        await way(line).send(notice=notice(line, person_id, "case_done", number="没有编号"), key="b" * 32)
    assert line.platform.calls[SEND] == 1


@pytest.mark.parametrize("errcode", [40165, 40166])
async def test_what_the_mini_program_may_not_open_opens_on_the_web(line: Line, errcode: int) -> None:
    phone, person_id = await follower(line)
    line.platform.faults.append(Fault(SEND, errcode=errcode))
    await way(line).send(notice=notice(line, person_id), key="a" * 32)
    assert (await phone.until(lambda s: s.kind == "template")).url.startswith("https://bangban.example/channels/wechat_oa/enter?")


@pytest.mark.parametrize(
    ("errcode", "failure"),
    [(40037, Refused), (47003, Refused), (43101, Refused), (43004, Gone), (48002, Gone), (40003, Gone), (50005, Gone), (45009, NotNow), (48001, NotNow),
     (48004, NotNow), (50002, NotNow), (45011, TryLater), (-1, TryLater), (99999, Refused)],
)  # fmt: skip
async def test_each_refusal_says_what_becomes_of_the_notice(line: Line, errcode: int, failure: type[Exception]) -> None:
    _, person_id = await follower(line)
    line.platform.faults.append(Fault(SEND, errcode=errcode, times=3))
    with pytest.raises(failure) as raised:
        await way(line).send(notice=notice(line, person_id), key="a" * 32)
    assert type(raised.value) is failure and line.account.notified == []
    assert await way(line).can_reach(person_id=person_id, kind="appointment_tomorrow") is (failure is not Gone)


async def test_who_left_is_reached_again_when_he_follows_again(line: Line) -> None:
    phone, person_id = await follower(line)
    phone.follower.subscribed = False  # and the word of it got lost
    with pytest.raises(Gone, match="43004"):
        await way(line).send(notice=notice(line, person_id), key="a" * 32)
    assert not await way(line).can_reach(person_id=person_id, kind="appointment_tomorrow")
    await phone.follow()
    assert await way(line).can_reach(person_id=person_id, kind="appointment_tomorrow")
    await phone.unfollow()
    assert not await way(line).can_reach(person_id=person_id, kind="appointment_tomorrow")


@pytest.mark.parametrize("again", [0, 45065, 99998])
async def test_a_lost_yes_is_no_second_message_whatever_the_platform_says_to_the_key(line: Line, again: int) -> None:
    _, person_id = await follower(line)
    line.platform.rules.template_again = again
    line.platform.faults.append(Fault(SEND, status=502, after=True))
    with pytest.raises(TryLater):
        await way(line).send(notice=notice(line, person_id), key="a" * 32)
    await way(line).send(notice=notice(line, person_id), key="a" * 32)
    assert len(line.account.notified) == 1


# — with the outbox —


@contextlib.asynccontextmanager
async def working(line: Line, *others: Way) -> AsyncIterator[Any]:
    ways = {"wechat_oa": way(line), **{other.name: other for other in others}}
    worker = asyncio.create_task(line.services.notices.run(ways))
    try:
        yield line.services.notices
    finally:
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)


async def add(line: Line, person_id: str, cause: str = "c-1", kind: Kind = "appointment_tomorrow") -> None:
    expires_at = SystemClock().now() + timedelta(days=1)
    async with line.database.begin() as conn:
        await line.services.notices.outbox.add(
            conn, cause=cause, person_id=person_id, kind=kind, subject="ap_1", fields=VISIT, expires_at=expires_at, prompt=True
        )


async def row(line: Line) -> Any:
    async with line.database.begin() as conn:
        return (await conn.execute(sa.select(table))).one()


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while not await condition():
            await asyncio.sleep(0.05)


async def test_one_that_the_platform_says_did_not_arrive_goes_by_another_way(line: Line) -> None:
    phone, person_id = await follower(line)
    phone.follower.receives, sms = False, Way("sms", reaches={person_id})
    async with working(line, sms) as notices:
        await add(line, person_id)

        async def told_by_sms() -> bool:
            found = await row(line)
            return (found.state, found.way) == ("sent", "sms")

        await until(told_by_sms)
        assert (await row(line)).refused == {"wechat_oa": "undelivered user block"} and len(line.account.notified) == 1
        wishes = await notices.wishes.of(person_id=person_id)
        assert not wishes.wants("wechat_oa", "appointment") and wishes.wants("sms", "appointment"), "he wants no messages of the account"


async def test_a_failure_of_the_platforms_own_switches_nothing_off(line: Line) -> None:
    _, person_id = await follower(line)
    line.account.template_fate, sms = "failed: system failed", Way("sms", reaches={person_id})
    async with working(line, sms) as notices:
        await add(line, person_id)
        await until(lambda: _sent_by(line, "sms"))
        assert (await notices.wishes.of(person_id=person_id)).wants("wechat_oa", "appointment")


async def _sent_by(line: Line, name: str) -> bool:
    found = await row(line)
    return (found.state, found.way) == ("sent", name)


async def test_a_report_that_is_faster_than_our_own_note_is_not_lost(line: Line) -> None:
    _, person_id = await follower(line)
    sms, gate = Way("sms", reaches={person_id}), asyncio.Event()
    ours = way(line)
    send = ours.send

    async def slow(**given: Any) -> str | None:
        reference = await send(**given)
        await line.services.notices.undelivered(way="wechat_oa", reference=reference or "", why="user block", off=True)
        gate.set()
        return reference

    ours.send = slow  # type: ignore[method-assign]
    worker = asyncio.create_task(line.services.notices.run({"wechat_oa": ours, "sms": sms}))
    await add(line, person_id)
    await until(lambda: _sent_by(line, "sms"))
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)
    assert gate.is_set() and len(line.account.notified) == 1
    assert not (await line.services.notices.wishes.of(person_id=person_id)).wants("wechat_oa", "appointment")


async def test_reports_of_others_messages_change_nothing_and_make_nobody_known(line: Line) -> None:
    stranger = line.phone()
    for status in ("success", "failed:user block"):
        push = await stranger.event("TEMPLATESENDJOBFINISH", None, MsgID=200163836, Status=status)
        assert (push.tries, push.answer) == (1, "silent")
    assert await line.deliveries.conversation_of(place=_place(line, stranger)) is None


async def test_when_the_days_quota_is_used_up_another_way_tells_and_without_one_it_waits(line: Line) -> None:
    _, person_id = await follower(line)
    line.platform.rules.templates_a_day, sms = 0, Way("sms", reaches=set())
    async with working(line, sms):
        await add(line, person_id)

        async def waits() -> bool:
            found = await row(line)
            return found.reason == "45009" and (found.state, found.way, found.busy_by) == ("waiting", None, None)

        await until(waits)
        sms.reaches.add(person_id)
        await add(line, person_id, "c-2", "appointment_changed")  # newer news of the same visit

        async def told() -> bool:
            return sms.kinds == ["appointment_changed"]

        await until(told)


def test_templates_that_cannot_be_right_are_named_at_the_start(tmp_path: Any) -> None:
    for text in (
        "visit_gone: {id: x}",
        "visit_booked: {}",
        "visit_booked: {id: x, fields: {thing1: phone}}",
        "- a",
        "visit_booked: {id: x, pages: y}",
    ):
        path = tmp_path / "t.yml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ValueError, match="BANGBAN_WECHAT_OA_TEMPLATES"):
            read_templates(path)
    assert read_templates(None) == {}
