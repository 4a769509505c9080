"""The whole product behind WeChat's platform, and the citizen who sees only his phone; for tests of main jobs through a channel.

Nothing here depends on how fast the machine is: what has to come up is waited for, for minutes if need be.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import httpx

from tests.fakes.wechat import Account, MiniPhone, Phone, Platform, Seen, served
from tests.system.people import Citizen, Staff
from tests.system.running import RunningSystem, running_system

PATIENT_S = 240.0
# The form of a lost identity card, in three sentences with what has to come up after each.
FORM = (
    ("我叫王小明，手机13800138000", "申请表"),
    ("身份证号440106199003071231，汉族，户籍地址是广州市天河区体育西路1号", "民族"),
    ("民族是汉族，11月1日丢的，被偷了，到窗口领取", "等您确认"),
)
_PREFIXES = {"oa": "WECHAT_OA", "miniprogram": "MINIPROGRAM", "kf": "WECOM_KF"}


def settings_of(account: Account) -> dict[str, str]:
    """The environment of a product that this account belongs to."""
    prefix = f"BANGBAN_{_PREFIXES[account.kind]}"
    names = {"SECRET": account.secret, "TOKEN": account.token, "AES_KEY": account.aes_key}
    whose = {"BANGBAN_WECOM_CORP_ID": account.app_id} if account.kind == "kf" else {f"{prefix}_APP_ID": account.app_id}
    return {**whose, **{f"{prefix}_{name}": value for name, value in names.items()}}


@asynccontextmanager
async def connected(platform: Platform, **settings: str) -> AsyncIterator[RunningSystem]:
    """The product with every account of the platform; both are gone afterwards."""
    ours: dict[str, str] = {}
    for account in platform.accounts.values():
        ours |= settings_of(account)
    async with served(platform) as url:
        manager = running_system(**ours, BANGBAN_WECHAT_API_BASE=url, BANGBAN_WECOM_API_BASE=url, **settings)
        system = await asyncio.to_thread(manager.__enter__)
        try:
            for account in platform.accounts.values():
                account.callback = f"{system.url}/channels/{_PREFIXES[account.kind].lower()}/callback"
            yield system
        finally:
            await asyncio.to_thread(manager.__exit__, None, None, None)


class Talk:
    """What the citizen does next, and what has to come up on his phone. ``numbers``: questions are answered by number, for want of menus."""

    def __init__(self, phone: Phone, *, numbers: bool = False):
        self.phone, self._numbers = phone, numbers

    async def say(self, words: str, *expected: str) -> Seen | None:
        before = len(self.phone.screen)
        return await self._sees((await self.phone.text(words)).answer, expected, before)

    async def tap(self, label: str, *expected: str) -> Seen | None:
        """The entry may still be on its way."""
        await self.phone.until(lambda seen: any(label in words for _, words in seen.choices), seconds=PATIENT_S)
        before = len(self.phone.screen)
        return await self._sees((await self.phone.tap(label)).answer, expected, before)

    async def answers_until(self, words: str) -> None:
        """Answers what is asked with the first entry, until the words come up."""
        seen = len(self.phone.screen) - 1
        for _ in range(8):
            found = await self.phone.until(lambda s: words in s.all_text or self._asks(s), after=seen, seconds=PATIENT_S)
            if words in found.all_text:
                return
            seen = len(self.phone.screen)
            await (self.say("1") if self._numbers else self.tap(found.choices[0][1]))
        raise AssertionError(f"still asking\n{self.phone}")

    def _asks(self, seen: Seen) -> bool:
        return "1." in seen.text if self._numbers else bool(seen.choices) and "？" in seen.text

    async def _sees(self, answer: str, expected: tuple[str, ...], before: int) -> Seen | None:
        assert answer == "silent", f"the push was not acknowledged: {answer}\n{self.phone}"
        last = None
        for words in expected:
            last = await self.phone.sees(words, after=before, seconds=PATIENT_S)
        return last


class Client(Citizen):
    """The mini-program itself, on the public API."""

    def __init__(self, url: str, phone: MiniPhone):
        self.http, self.phone = httpx.Client(base_url=url, timeout=PATIENT_S, trust_env=False), phone
        self.turn, self.conversation, self.outcome, self.log = [], {}, None, []

    def signs_in(self) -> None:
        opened = self.http.post("/api/chat/sessions", json={"wechat_code": self.phone.login()})
        assert opened.status_code == 201, opened.text
        self.session = opened.json()
        self.http.headers["Authorization"] = f"Bearer {self.session['token']}"

    def send(self, label: str, **body: Any) -> list[dict[str, Any]]:
        """And listens for more, as the client does: that tells the gateway what he has."""
        found = super().send(label, **body)
        self.http.get("/api/chat/messages", params={"after": max(m["seq"] for m in found)})
        return found


async def books(talk: Talk) -> int:
    """He says where he is and books the first time there; how long the screen was before. Returns when the last of it is there, for then
    everything that one message allows has been sent, and what comes later counts anew."""
    phone, before = talk.phone, len(talk.phone.screen)
    await talk.say("我要预约去窗口办", "哪个大厅")
    await phone.location(23.131, 113.327, "广东省广州市天河区体育西路")
    await phone.sees("您在天河区", after=before, seconds=PATIENT_S)
    await talk.tap("天河区")
    times = await phone.until(lambda seen: any("月" in words and "日" in words for _, words in seen.choices), after=before, seconds=PATIENT_S)
    await talk.tap(next(words for _, words in times.choices if "月" in words), "确认预约")
    await talk.tap("确认预约", "预约码", "提前10分钟")
    return before


async def on_duty(system: RunningSystem, name: str = "agent1") -> Staff:
    agent = await asyncio.to_thread(Staff, system.url, name)
    await asyncio.to_thread(agent.presence, "online")
    return agent


async def at_desk(agent: Staff, method: str, path: str, **body: Any) -> Any:
    """The desk's API, while the platform goes on."""
    reply = await asyncio.to_thread(partial(agent.http.request, method, f"/api/desk/{path}", json=body or None))
    assert reply.status_code < 300, reply.text
    return reply.json()


async def claimed(agent: Staff) -> str:
    """The conversation of whoever waits, once somebody does."""
    async with asyncio.timeout(PATIENT_S):
        while not (items := (await at_desk(agent, "GET", "queue"))["items"]):
            await asyncio.sleep(0.2)
    await at_desk(agent, "POST", f"conversations/{items[0]['conversation_id']}/claim", version=items[0]["version"])
    return str(items[0]["conversation_id"])


async def served_and_rated(talk: Talk, agent: Staff) -> None:
    """He asks for a person, is answered and thanks; afterwards he is asked how it was."""
    await talk.say("转人工", "转接")
    conversation, phone = await claimed(agent), talk.phone
    before = len(phone.screen)
    await at_desk(agent, "POST", f"conversations/{conversation}/messages", text="您好，我是帮办员，材料带齐就可以来。")
    await phone.sees("材料带齐就可以来", after=before, seconds=PATIENT_S)
    await talk.say("好的，谢谢")
    await _reads(agent, conversation, "好的，谢谢")  # else he may be heard only after the talk was closed
    await at_desk(agent, "POST", f"conversations/{conversation}/release", to="closed")
    await phone.sees("打个分", after=before, seconds=PATIENT_S)


async def _reads(agent: Staff, conversation: str, words: str) -> None:
    async with asyncio.timeout(PATIENT_S):
        while words not in str(await at_desk(agent, "GET", f"conversations/{conversation}")):
            await asyncio.sleep(0.2)


async def killed_before_the_answer(system: RunningSystem, talk: Talk, words: str, expected: str) -> None:
    """The gateway is killed between its acknowledgement and the answer, which comes all the same."""
    before = len(talk.phone.screen)
    await talk.say(words)
    system.kill("gateway")
    await asyncio.to_thread(system.wait_healthy)
    await talk.phone.sees(expected, after=before, seconds=PATIENT_S)
