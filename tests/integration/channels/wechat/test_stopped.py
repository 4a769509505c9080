"""A stopped account: the citizen is told what to do instead of reading that it is out of order, and nothing he says is kept."""

from __future__ import annotations

import httpx
import pytest

from channels.base import Place
from tests.fakes.wechat.pushing import signed, verification
from tests.integration.channels.wechat.conftest import Line, Open


async def stopped(open_line: Open, **options: object) -> Line:
    line = await open_line(**options)
    await line.deliveries.stops.stop(channel="wechat_oa", by="st_admin")
    return line


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
@pytest.mark.parametrize("verified", [True, False])
async def test_who_writes_is_told_in_every_mode_and_nothing_is_kept(open_line: Open, mode: str, verified: bool) -> None:
    line = await stopped(open_line, mode=mode, verified=verified)
    phone = line.phone()
    for push in (await phone.text("我要补领身份证"), await phone.click("booking"), await phone.picture(b"no picture"), await phone.text("繼續辦理")):
        assert (push.tries, push.answer) == (1, "passive")
    assert "12345" in phone.screen[0].text and "暂停" in phone.screen[0].text and "暫停" in phone.screen[-1].text
    assert await line.deliveries.conversation_of(place=Place("wechat_oa", line.account.original_id, phone.openid)) is None
    await line.deliveries.stops.start(channel="wechat_oa", by="st_admin")
    await phone.text("我又来了")
    await phone.sees("echo 我又来了")
    assert await line.said() == ["我又来了"]


async def test_what_is_no_message_is_only_acknowledged_and_that_he_left_is_noted(open_line: Open) -> None:
    line = await open_line()
    phone = line.phone()
    await phone.text("你好")
    await phone.sees("echo 你好")
    await line.quiet()
    await line.deliveries.stops.stop(channel="wechat_oa", by="st_admin")
    place = Place("wechat_oa", line.account.original_id, phone.openid)
    assert (await phone.view("https://bangban.example/")).answer == "silent"
    assert (await phone.unfollow()).answer == "silent", "he leaves once only: it is noted"
    assert await line.deliveries.places_of(person_id=await line.deliveries.person_at(place=place), here=True) == []


async def test_strangers_are_refused_as_ever_and_the_address_is_proved(open_line: Open) -> None:
    line = await stopped(open_line)
    phone = line.phone()
    fields = {"ToUserName": line.account.original_id, "FromUserName": phone.openid, "CreateTime": 1, "MsgType": "text", "Content": "x", "MsgId": 1}
    query, body = signed(line.account, fields, wall=line.platform.clock.wall())
    async with httpx.AsyncClient(trust_env=False) as client:
        forged = await client.post(line.url, params={**query, "msg_signature": "0" * 40}, content=body)
        large = await client.post(line.url, params=query, content=b"x" * 70_000)
        proved = await client.get(line.url, params=verification(line.account, "5837492837465", wall=line.platform.clock.wall()))
    assert (forged.status_code, large.status_code, proved.text) == (401, 413, "5837492837465")
