"""The whole main job through the Official Account, in safe mode, against the platform: every push comes twice, tokens run out, answers to
pushes and calls get lost, and the gateway is killed once. The product is the real one; the citizen sees only his phone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import pytest

from tests.fakes.wechat import Account, Fault, Phone, Platform, Seen, served
from tests.fakes.wechat.tokens import expire
from tests.system.people import Staff
from tests.system.running import RunningSystem, running_system

pytestmark = [pytest.mark.dialogue, pytest.mark.slow, pytest.mark.timeout(600)]
SEND = "/cgi-bin/message/custom/send"


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    made = Platform()
    made.add(Account())
    made.weather.copies = 1
    async with served(made) as url:
        made.weather_url = url  # type: ignore[attr-defined]
        yield made


@pytest.fixture
async def product(platform: Platform) -> AsyncIterator[RunningSystem]:
    account = next(iter(platform.accounts.values()))
    settings = {
        "BANGBAN_WECHAT_OA_APP_ID": account.app_id, "BANGBAN_WECHAT_OA_SECRET": account.secret, "BANGBAN_WECHAT_OA_TOKEN": account.token,
        "BANGBAN_WECHAT_OA_AES_KEY": account.aes_key, "BANGBAN_WECHAT_API_BASE": platform.weather_url,  # type: ignore[attr-defined]
        "BANGBAN_PUBLIC_URL": "https://bangban.example",
    }  # fmt: skip
    manager = running_system(**settings)
    system = await asyncio.to_thread(manager.__enter__)
    account.callback = f"{system.url}/channels/wechat_oa/callback"
    yield system
    await asyncio.to_thread(manager.__exit__, None, None, None)


class Talk:
    """What the citizen does next, and what has to come up on his phone."""

    def __init__(self, phone: Phone):
        self.phone = phone

    async def say(self, words: str, *expected: str) -> Seen | None:
        before = len(self.phone.screen)
        push = await self.phone.text(words)
        return await self._sees(push.answer, expected, before)

    async def tap(self, label: str, *expected: str) -> Seen | None:
        """The entry may still be on its way."""
        await self.phone.until(lambda seen: any(label in words for _, words in seen.choices), seconds=30)
        before = len(self.phone.screen)
        push = await self.phone.tap(label)
        return await self._sees(push.answer, expected, before)

    async def answers_until(self, words: str) -> None:
        """Answers what is asked with the first entry, until the words come up."""
        seen = len(self.phone.screen) - 1
        for _ in range(8):
            found = await self.phone.until(lambda s: words in s.all_text or (s.kind == "msgmenu" and "？" in s.text), after=seen, seconds=30)
            if words in found.all_text:
                return
            seen = len(self.phone.screen)
            await self.tap(found.choices[0][1])
        raise AssertionError(f"still asking\n{self.phone}")

    async def _sees(self, answer: str, expected: tuple[str, ...], before: int) -> Seen | None:
        assert answer == "silent", f"the push was not acknowledged: {answer}\n{self.phone}"
        last = None
        for words in expected:
            last = await self.phone.sees(words, after=before, seconds=30)
        return last


async def at_desk(agent: Staff, method: str, path: str, **body: Any) -> Any:
    """The desk's API, while the platform goes on."""
    reply = await asyncio.to_thread(partial(agent.http.request, method, f"/api/desk/{path}", json=body or None))
    assert reply.status_code < 300, reply.text
    return reply.json()


async def claimed(agent: Staff) -> str:
    for _ in range(100):
        if items := (await at_desk(agent, "GET", "queue"))["items"]:
            await at_desk(agent, "POST", f"conversations/{items[0]['conversation_id']}/claim", version=items[0]["version"])
            return str(items[0]["conversation_id"])
        await asyncio.sleep(0.2)
    raise AssertionError("nobody queued")


async def test_the_main_job_from_one_sentence_to_the_rating(platform: Platform, product: RunningSystem) -> None:
    account = next(iter(platform.accounts.values()))
    agent = await asyncio.to_thread(Staff, product.url, "agent1")
    await asyncio.to_thread(agent.presence, "online")
    phone = platform.phone(account)
    talk = Talk(phone)

    await phone.follow()
    await phone.until(lambda seen: seen.via == "custom", seconds=30)

    # find → the situation by a tap → materials
    await talk.say("我身份证丢了，要怎么补办", "居民身份证丢失补领")
    await talk.answers_until("居民户口簿")

    # the gateway is killed between its acknowledgement and the answer
    before = len(phone.screen)
    assert (await phone.text("要多少钱")).answer == "silent"
    product.kill("gateway")
    await asyncio.to_thread(product.wait_healthy)
    await phone.sees("丢失补领工本费", after=before, seconds=60)

    # form, while the token runs out and an answer of the platform gets lost
    expire(account)
    platform.faults.append(Fault(SEND, status=502, after=True))
    platform.weather.lost_answers = 2
    await talk.say("帮我填表", "申请表")
    await talk.say("我叫王小明，手机13800138000", "申请表")
    await talk.say("身份证号440106199003071231，汉族，户籍地址是广州市天河区体育西路1号", "民族")
    expire(account)
    await talk.say("民族是汉族，11月1日丢的，被偷了，到窗口领取", "等您确认")
    await talk.say("提交", "实名")

    # booking
    before = len(phone.screen)
    await talk.say("我要预约去窗口办", "哪个大厅")
    await phone.location(23.131, 113.327, "广东省广州市天河区体育西路")
    await phone.sees("您在天河区", after=before, seconds=30)
    await talk.tap("天河区")
    times = await phone.until(lambda seen: any("月" in words and "日" in words for _, words in seen.choices), after=before, seconds=30)
    await talk.tap(next(words for _, words in times.choices if "月" in words), "确认预约")
    await talk.tap("确认预约", "预约码")

    # a person, and the rating when he is done
    await talk.say("转人工", "转接")
    conversation = await claimed(agent)
    before = len(phone.screen)
    await at_desk(agent, "POST", f"conversations/{conversation}/messages", text="您好，我是帮办员，材料带齐就可以来。")
    await phone.sees("材料带齐就可以来", after=before, seconds=30)
    await talk.say("好的，谢谢")
    await at_desk(agent, "POST", f"conversations/{conversation}/release", to="closed")
    await phone.sees("打个分", after=before, seconds=30)
    await talk.tap("非常满意", "谢谢")

    assert platform.refused == {} or set(platform.refused) <= {40001, 42001}, platform.refused
    assert all(seen.via == "custom" for seen in phone.screen), str(phone)
