"""The whole main job through the mini-program, in safe mode, against the platform: half of it in the customer-service talk, half in the
mini-program itself, one talk all the same. Every push comes twice, the token runs out, and the gateway is killed twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conversations.test_official_account import at_desk, claimed
from tests.fakes.wechat import Account, Fault, MiniPhone, Platform, Seen, served
from tests.fakes.wechat.tokens import expire
from tests.system.people import Citizen, Staff, options
from tests.system.running import RunningSystem, running_system

pytestmark = [pytest.mark.dialogue, pytest.mark.slow, pytest.mark.timeout(900)]
SEND, NOTICE = "/cgi-bin/message/custom/send", "/cgi-bin/message/subscribe/send"
TEMPLATES = {"T-booked": ["thing1", "time2", "thing3", "character_string4"]}


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    made = Platform()
    made.add(Account(app_id="wxmini0123456789", kind="miniprogram", format="json", templates=TEMPLATES))
    made.rules.patience_s = 30.0
    made.weather.copies = 1
    async with served(made) as url:
        made.weather_url = url  # type: ignore[attr-defined]
        yield made


@pytest.fixture
async def product(platform: Platform, tmp_path: Path) -> AsyncIterator[RunningSystem]:
    account = next(iter(platform.accounts.values()))
    templates = tmp_path / "templates.yml"
    templates.write_text("visit_booked: {id: T-booked}\n", encoding="utf-8")
    settings = {
        "BANGBAN_MINIPROGRAM_APP_ID": account.app_id, "BANGBAN_MINIPROGRAM_SECRET": account.secret, "BANGBAN_MINIPROGRAM_TOKEN": account.token,
        "BANGBAN_MINIPROGRAM_AES_KEY": account.aes_key, "BANGBAN_WECHAT_API_BASE": platform.weather_url,  # type: ignore[attr-defined]
        "BANGBAN_MINIPROGRAM_TEMPLATES": str(templates),
    }  # fmt: skip
    manager = running_system(**settings)
    system = await asyncio.to_thread(manager.__enter__)
    account.callback = f"{system.url}/channels/miniprogram/callback"
    yield system
    await asyncio.to_thread(manager.__exit__, None, None, None)


class Client(Citizen):
    """The mini-program itself, on the public API."""

    def __init__(self, url: str, phone: MiniPhone):
        self.http, self.phone = httpx.Client(base_url=url, timeout=120, trust_env=False), phone
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

    def allows(self, template: str) -> None:
        answers = {template: self.phone.asked(template)[template]}
        reply = self.http.post("/api/chat/subscriptions", json={"report_id": "report-of-booking", "answers": answers})
        assert reply.status_code == 200, reply.text

    def first_time(self) -> None:
        """Taps the first time that is offered."""
        slots = next(m for m in reversed(self.turn) if m["type"] == "slots")
        self.send("[a time]", payload=next(iter(options(slots)))["payload"])


async def say(phone: MiniPhone, words: str, *expected: str) -> Seen | None:
    before, last = len(phone.screen), None
    push = await phone.text(words)
    assert push.answer == "silent", f"the push was not acknowledged: {push.answer}\n{phone}"
    for text in expected:
        last = await phone.sees(text, after=before, seconds=90)
    return last


async def answers_until(phone: MiniPhone, words: str) -> None:
    """Answers what is asked with the first entry, by its number, until the words come up."""
    seen = len(phone.screen) - 1
    for _ in range(8):
        found = await phone.until(lambda s: words in s.all_text or "1." in s.text, after=seen, seconds=90)
        if words in found.all_text:
            return
        seen = len(phone.screen)
        await phone.text("1")
    raise AssertionError(f"still asking\n{phone}")


async def test_the_main_job_half_in_customer_service_and_half_in_the_mini_program(platform: Platform, product: RunningSystem) -> None:
    account = next(iter(platform.accounts.values()))
    agent = await asyncio.to_thread(Staff, product.url, "agent1")
    await asyncio.to_thread(agent.presence, "online")
    phone = platform.mini_phone(account)
    client = Client(product.url, phone)

    async def there(deed: str, *given: Any) -> None:
        await asyncio.to_thread(getattr(client, deed), *given)

    # customer service: find → the situation → materials
    await phone.enter()
    await phone.until(lambda seen: seen.via == "custom", seconds=90)
    await say(phone, "我身份证丢了，要怎么补办", "居民身份证丢失补领")
    await answers_until(phone, "居民户口簿")
    before = len(phone.screen)
    assert (await phone.text("要多少钱")).answer == "silent"
    product.kill("gateway")
    await asyncio.to_thread(product.wait_healthy)
    await phone.sees("丢失补领工本费", after=before, seconds=120)

    # a form: a card of its page; there the phone button gives his number
    expire(account)
    platform.faults.append(Fault(SEND, status=502, after=True))
    before = len(phone.screen)
    await phone.text("帮我填表")
    card = await phone.until(lambda seen: seen.kind == "miniprogrampage" and "form" in seen.url, after=before, seconds=90)
    await there("signs_in")
    form_id = card.url.split("id=")[1]
    given = await asyncio.to_thread(
        lambda: client.http.post("/api/chat/phone", json={"wechat_code": phone.phone_button("13800138000"), "form_id": form_id})
    )
    assert given.status_code == 200 and {f["name"]: f["value"] for f in given.json()["form"]["fields"]}["phone"] == "13800138000"

    # the mini-program: booking, and a message about it although the gateway dies
    shown = len(phone.screen)
    await there("say", "我要预约去窗口办")
    await there("tap", "天河区")
    await there("first_time")
    await there("allows", "T-booked")
    await there("tap", "确认预约")
    assert "预约码" in client.transcript()
    product.kill("gateway")
    await asyncio.to_thread(product.wait_healthy)
    told = await phone.until(lambda seen: seen.kind == "subscribe", seconds=120)
    assert told.url.startswith("pages/appointment/appointment?id=ap_")
    assert [s.kind for s in phone.screen[shown:]] == ["subscribe"], "what he read in the mini-program was not sent to him again"

    # customer service again: a person, and the rating when he is done
    await say(phone, "转人工", "转接")
    conversation = await claimed(agent)
    before = len(phone.screen)
    await at_desk(agent, "POST", f"conversations/{conversation}/messages", text="您好，我是帮办员，材料带齐就可以来。")
    await phone.sees("材料带齐就可以来", after=before, seconds=90)
    await say(phone, "好的，谢谢")
    await at_desk(agent, "POST", f"conversations/{conversation}/release", to="closed")
    await phone.sees("打个分", after=before, seconds=90)
    await say(phone, "5", "谢谢")
    assert len(account.notified) == 1 and set(platform.refused) <= {40001, 42001, 43101}, platform.refused
