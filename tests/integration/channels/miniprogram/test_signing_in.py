"""Signing in from the mini-program, giving a number, and being the same person at the Official Account."""

from __future__ import annotations

import logging
from typing import Any

import pytest
import sqlalchemy as sa

from services.contacts.tables import account, phone
from services.conversations.tables import conversation
from services.deliveries.service import Place
from tests.fakes.wechat import Fault
from tests.integration.channels.miniprogram.conftest import Line, Open, until

EXCHANGE, NUMBER = "/sns/jscode2session", "/wxa/business/getuserphonenumber"


@pytest.fixture
async def line(open_line: Open) -> Line:
    return await open_line()


async def counted(line: Line, table: sa.Table) -> int:
    async with line.database.begin() as conn:
        return await conn.scalar(sa.select(sa.func.count()).select_from(table)) or 0


async def test_a_code_opens_the_session_of_that_wechat_account_again_and_again(line: Line) -> None:
    anna, bert = line.phone(), line.phone()
    opened = await line.api("POST", "/api/chat/sessions", wechat_code=anna.login())
    assert opened.status_code == 201 and opened.json()["citizen"]["verified"] is False
    first, again, other = opened.json()["token"], await line.signs_in(anna), await line.signs_in(bert)
    sessions = [await line.services.conversations.sessions.of(token) for token in (first, again, other)]
    assert len({s.id for s in sessions}) == 3
    assert sessions[0].conversation_id == sessions[1].conversation_id != sessions[2].conversation_id
    assert sessions[0].person_id == sessions[1].person_id != sessions[2].person_id
    said = await line.api("POST", "/api/chat/messages", token=first, text="身份证丢了")
    assert [m["text"] for m in said.json()["messages"] if m["sender"] == "bot"] == ["echo 身份证丢了"]
    seen = await line.api("GET", "/api/chat/messages?after=0", token=again)
    assert [m["text"] for m in seen.json()["messages"]] == ["身份证丢了", "echo 身份证丢了"]


async def test_whose_talk_was_forgotten_for_its_age_is_still_himself(line: Line) -> None:
    anna = line.phone()
    token = await line.signs_in(anna)
    session = await line.services.conversations.sessions.of(token)
    draft = await line.office.open(session.person_id, answers={"residency": "mainland", "age16": "adult"})
    await line.services.deliveries.forget(conversation_ids=[session.conversation_id])
    again = await line.services.conversations.sessions.of(await line.signs_in(anna))
    assert again.person_id == session.person_id and again.conversation_id != session.conversation_id
    assert [d.id for d in await line.office.forms.drafts(person_id=again.person_id)] == [draft.id]


async def test_the_session_key_and_the_openid_stay_sealed_on_the_server(line: Line, caplog: pytest.LogCaptureFixture) -> None:
    anna = line.phone()
    with caplog.at_level(logging.DEBUG):
        opened = await line.api("POST", "/api/chat/sessions", wechat_code=anna.login())
    (key,) = line.account.session_keys
    assert await line.services.contacts.session_key(place=Place("miniprogram", line.account.app_id, anna.openid)) == key
    async with line.database.begin() as conn:
        rows = str((await conn.execute(sa.select(account))).all())
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith(("httpx", "httpcore"))]
    for written in (rows, opened.text, *ours):
        assert key not in written and anna.openid not in written


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (None, 401, "miniprogram.login_code"),
        (Fault(EXCHANGE, errcode=40163), 401, "miniprogram.login_code"),
        (Fault(EXCHANGE, errcode=40226), 403, "miniprogram.blocked"),
        (Fault(EXCHANGE, errcode=45011), 429, "miniprogram.too_often"),
        (Fault(EXCHANGE, errcode=-1, times=9), 503, "miniprogram.platform_away"),
        (Fault(EXCHANGE, errcode=40125), 503, "miniprogram.platform_away"),
        (Fault(EXCHANGE, status=502), 503, "miniprogram.platform_away"),
    ],
)  # fmt: skip
async def test_a_code_that_is_no_good_or_a_platform_that_is_ill_is_told_and_changes_nothing(
    line: Line, fault: Fault | None, status: int, code: str
) -> None:
    phone_, used = line.phone(), "never-was-a-code"
    if fault:
        line.platform.faults.append(fault)
        used = phone_.login()
    answer = await line.api("POST", "/api/chat/sessions", wechat_code=used)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code) and answer.json()["error"]["message"]
    assert [await counted(line, t) for t in (account, conversation)] == [0, 0]


async def test_a_used_and_an_expired_code_are_refused(line: Line) -> None:
    anna = line.phone()
    code = anna.login()
    assert (await line.api("POST", "/api/chat/sessions", wechat_code=code)).status_code == 201
    assert (await line.api("POST", "/api/chat/sessions", wechat_code=code)).json()["error"]["code"] == "miniprogram.login_code"
    late = anna.login()
    line.platform.clock.advance(301)
    assert (await line.api("POST", "/api/chat/sessions", wechat_code=late)).json()["error"]["code"] == "miniprogram.login_code"
    assert await counted(line, conversation) == 1


async def test_what_is_no_code_or_too_much_is_refused_before_the_platform_is_asked(line: Line) -> None:
    for body in ({"wechat_code": ""}, {"wechat_code": "x" * 201}, {"wechat_code": 7}, {"wechat_code": "x", "sandbox_citizen": "zhang-wei"}):
        assert (await line.api("POST", "/api/chat/sessions", **body)).status_code == 422
    assert line.platform.calls[EXCHANGE] == 0


async def test_a_stopped_channel_signs_nobody_in(line: Line) -> None:
    await line.services.deliveries.stops.stop(channel="miniprogram", by="st_admin")
    answer = await line.api("POST", "/api/chat/sessions", wechat_code=line.phone().login())
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "channel.stopped")


# — the number —


async def test_the_phone_button_puts_his_number_into_his_form_and_nowhere_else(line: Line, caplog: pytest.LogCaptureFixture) -> None:
    anna = line.phone()
    token = await line.signs_in(anna)
    person_id = await line.person(token)
    form = await line.office.open(person_id, answers={"residency": "mainland", "age16": "adult"})
    with caplog.at_level(logging.DEBUG):
        given = await line.api("POST", "/api/chat/phone", token=token, wechat_code=anna.phone_button("13800138000"), form_id=form.id)
    assert given.status_code == 200 and given.json()["phone"] == "138****8000"
    field = next(f for f in given.json()["form"]["fields"] if f["name"] == "phone")
    assert field["value"] == "13800138000" and field["error"] is None
    assert await line.services.contacts.phone(person_id=person_id) == "13800138000"
    async with line.database.begin() as conn:
        assert b"138" not in (await conn.execute(sa.select(phone.c.sealed))).scalar_one()
    assert not [r for r in caplog.records if "13800138000" in r.getMessage()]
    assert line.engine.calls == []


async def test_a_number_of_another_country_keeps_its_code(line: Line) -> None:
    anna = line.phone()
    token = await line.signs_in(anna)
    given = await line.api("POST", "/api/chat/phone", token=token, wechat_code=anna.phone_button("+852-51234567"))
    assert given.status_code == 200 and given.json()["form"] is None
    assert await line.services.contacts.phone(person_id=await line.person(token)) == "+852-51234567"


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (None, 422, "miniprogram.phone_code"), (Fault(NUMBER, errcode=40163), 422, "miniprogram.phone_code"),
        (Fault(NUMBER, errcode=45011), 429, "miniprogram.too_often"), (Fault(NUMBER, status=500), 503, "miniprogram.platform_away"),
        (Fault(NUMBER, errcode=-1, times=9), 503, "miniprogram.platform_away"),
    ],
)  # fmt: skip
async def test_a_phone_code_that_is_no_good_changes_nothing(line: Line, fault: Fault | None, status: int, code: str) -> None:
    anna = line.phone()
    token = await line.signs_in(anna)
    if fault:
        line.platform.faults.append(fault)
    answer = await line.api("POST", "/api/chat/phone", token=token, wechat_code=anna.phone_button() if fault else anna.login())
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert await counted(line, phone) == 0


async def test_a_form_that_is_not_his_costs_him_no_code(line: Line) -> None:
    anna, bert = line.phone(), line.phone()
    token, berts = await line.signs_in(anna), await line.signs_in(bert)
    form = await line.office.open(await line.person(berts), answers={"residency": "mainland", "age16": "adult"})
    code = anna.phone_button()
    assert (await line.api("POST", "/api/chat/phone", token=token, wechat_code=code, form_id=form.id)).status_code == 404
    assert (await line.api("POST", "/api/chat/phone", wechat_code=code)).status_code == 401
    assert (await line.api("POST", "/api/chat/phone", token=token, wechat_code=code)).status_code == 200


# — the same person elsewhere —


async def friends(open_line: Open) -> tuple[Line, Any, Any]:
    """A line with both accounts, and one WeChat user at each."""
    line = await open_line(with_official=True)
    mini, follower = line.phone(), line.follower()
    line.account.unions[mini.openid] = line.official.unions[follower.openid] = "uTheSame"  # type: ignore[union-attr]
    return line, mini, follower


async def noted(line: Line, many: int) -> None:
    async def known() -> bool:
        return await counted(line, account) == many

    await until(known)


async def test_who_came_by_the_official_account_is_the_same_person_in_the_mini_program(open_line: Open) -> None:
    line, mini, follower = await friends(open_line)
    await follower.text("你好")
    await follower.sees("echo 你好")
    await noted(line, 1)
    token = await line.signs_in(mini)
    place = Place("wechat_oa", line.official.original_id, follower.openid)  # type: ignore[union-attr]
    assert await line.person(token) == await line.services.deliveries.person_at(place=place)
    assert (await line.api("GET", "/api/chat/messages?after=0", token=token)).json()["messages"] == [], "each account keeps its own talk"


async def test_what_he_began_in_the_mini_program_is_there_when_he_comes_by_the_official_account(open_line: Open) -> None:
    line, mini, follower = await friends(open_line)
    token = await line.signs_in(mini)
    person_id = await line.person(token)
    draft = await line.office.open(person_id, answers={"residency": "mainland", "age16": "adult"})
    await follower.text("你好")
    place = Place("wechat_oa", line.official.original_id, follower.openid)  # type: ignore[union-attr]

    async def same() -> bool:
        return await line.services.deliveries.person_at(place=place) == await line.person(token)

    await until(same)
    assert [d.id for d in await line.office.forms.drafts(person_id=await line.person(token))] == [draft.id]


async def test_nobody_is_moved_away_from_what_he_booked(open_line: Open) -> None:
    line, mini, follower = await friends(open_line)
    token = await line.signs_in(mini)
    mine = await line.person(token)
    await follower.text("你好")
    await noted(line, 2)
    assert await line.person(token) == mine
    other = line.phone()
    third = await line.signs_in(other)
    line.dealings.visits = {await line.person(token), await line.person(third)}
    line.account.unions[other.openid] = "uTheSame"
    assert await line.person(await line.signs_in(other)) == await line.person(third) != await line.person(token)


async def test_an_official_account_that_is_not_bound_costs_nothing_but_one_question(open_line: Open) -> None:
    line = await open_line(with_official=True)
    follower = line.follower()
    assert line.official
    line.official.unions[follower.openid] = None
    for words in ("一", "二"):
        await follower.text(words)
        await follower.sees(f"echo {words}")
    await noted(line, 1)
    assert line.platform.calls["/cgi-bin/user/info"] == 1
