"""The whole main job through the mini-program, in safe mode, against the platform: half of it in the customer-service talk, half in the
mini-program itself, one talk all the same. Every push comes twice, the token runs out, and the gateway is killed twice."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.wechat import Account, Fault, Platform
from tests.fakes.wechat.tokens import expire
from tests.system import phones
from tests.system.people import options
from tests.system.phones import PATIENT_S, Talk, connected, killed_before_the_answer, on_duty, served_and_rated

pytestmark = [pytest.mark.dialogue, pytest.mark.slow, pytest.mark.timeout(1800)]
SEND = "/cgi-bin/message/custom/send"
TEMPLATES = {"T-booked": ["thing1", "time2", "thing3", "character_string4"]}


class Client(phones.Client):
    def allows(self, template: str) -> None:
        answers = {template: self.phone.asked(template)[template]}
        reply = self.http.post("/api/chat/subscriptions", json={"report_id": "report-of-booking", "answers": answers})
        assert reply.status_code == 200, reply.text

    def first_time(self) -> None:
        """Taps the first time that is offered."""
        slots = next(m for m in reversed(self.turn) if m["type"] == "slots")
        self.send("[a time]", payload=next(iter(options(slots)))["payload"])


async def test_the_main_job_half_in_customer_service_and_half_in_the_mini_program(tmp_path: Path) -> None:
    platform = Platform()
    account = platform.add(Account(app_id="wxmini0123456789", kind="miniprogram", format="json", templates=TEMPLATES))
    platform.rules.patience_s = 30.0
    platform.weather.copies = 1
    templates = tmp_path / "templates.yml"
    templates.write_text("visit_booked: {id: T-booked}\n", encoding="utf-8")
    async with connected(platform, BANGBAN_MINIPROGRAM_TEMPLATES=str(templates)) as product:
        agent, phone = await on_duty(product), platform.mini_phone(account)
        talk, client = Talk(phone, numbers=True), Client(product.url, phone)

        async def there(deed: str, *given: Any) -> None:
            await asyncio.to_thread(getattr(client, deed), *given)

        # customer service: find → the situation → materials
        await phone.enter()
        await phone.until(lambda seen: seen.via == "custom", seconds=PATIENT_S)
        await talk.say("我身份证丢了，要怎么补办", "居民身份证丢失补领")
        await talk.answers_until("居民户口簿")
        await killed_before_the_answer(product, talk, "要多少钱", "丢失补领工本费")

        # a form: a card of its page; there the phone button gives his number
        expire(account)
        platform.faults += [Fault(SEND, status=502, after=True), Fault(SEND, delay_s=3.0, times=2)]
        before = len(phone.screen)
        await talk.say("帮我填表")
        card = await phone.until(lambda seen: seen.kind == "miniprogrampage" and "form" in seen.url, after=before, seconds=PATIENT_S)
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
        told = await phone.until(lambda seen: seen.kind == "subscribe", seconds=PATIENT_S)
        assert told.url.startswith("pages/appointment/appointment?id=ap_")
        assert [s.kind for s in phone.screen[shown:]] == ["subscribe"], "what he read in the mini-program was not sent to him again"

        # customer service again: a person, and the rating when he is done
        await served_and_rated(talk, agent)
        await talk.say("5", "谢谢")
        assert len(account.notified) == 1 and set(platform.refused) <= {40001, 42001, 43101}, platform.refused
