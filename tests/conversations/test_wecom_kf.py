"""The whole main job through 微信客服, against the platform: every signal comes twice or late, pages are hollow, the token runs out, an answer
gets lost, and the gateway is killed once between the event and the answer. Cards open the mini-program, which knows whose they are."""

from __future__ import annotations

import asyncio

import pytest

from tests.fakes.wechat import Account, Desk, Fault, Platform
from tests.fakes.wechat.rules import Rules
from tests.fakes.wechat.tokens import expire
from tests.system.phones import FORM, PATIENT_S, Client, Talk, books, connected, killed_before_the_answer, on_duty, served_and_rated

pytestmark = [pytest.mark.dialogue, pytest.mark.slow, pytest.mark.timeout(1800)]
KFID, SEND, SYNC, TRANS = "wkBangban0000001", "/cgi-bin/kf/send_msg", "/cgi-bin/kf/sync_msg", "/cgi-bin/kf/service_state/trans"
USED_BEFORE, NOT_NOW = 40058, 95016  # what the product meets on this way, and goes on


async def test_the_main_job_from_one_sentence_to_the_rating() -> None:
    platform = Platform(rules=Rules(patience_s=60, kf_hollow=2))
    mini = platform.add(Account(app_id="wxmini0123456789", kind="miniprogram", format="json"))
    corp = platform.add(Account(app_id="ww0123456789abcdef", kind="kf", desks={KFID: Desk(KFID)}, linked={mini.app_id}))
    platform.weather.copies = 1
    settings = {"BANGBAN_WECOM_KF_MINIPROGRAM": mini.app_id, "BANGBAN_PUBLIC_URL": "https://bangban.example"}
    async with connected(platform, **settings) as product:
        agent, phone = await on_duty(product), platform.customer(corp, KFID)
        talk = Talk(phone)

        # find → the situation by a tap → materials; the session cannot be taken up at first
        platform.faults += [Fault(TRANS, errcode=NOT_NOW), Fault(SYNC, delay_s=3.0, times=2)]
        await phone.enter()
        await talk.say("我身份证丢了，要怎么补办", "居民身份证丢失补领")
        await talk.answers_until("居民户口簿")
        await killed_before_the_answer(product, talk, "要多少钱", "丢失补领工本费")

        # form: what is missing and a door to its page, while the token runs out and an answer of the platform gets lost
        expire(corp)
        platform.faults.append(Fault(SEND, status=502, after=True))
        platform.weather.lost_answers = 2
        before = len(phone.screen)
        await talk.say("帮我填表", "申请表")
        door = await phone.until(lambda seen: seen.url.startswith("pages/form/form?id="), after=before, seconds=PATIENT_S)
        await _is_his(platform, mini, phone.openid, product.url, door.url.split("id=")[1])
        for number, (words, expected) in enumerate(FORM, start=1):
            if number == len(FORM):
                expire(corp)
            await talk.say(words, expected)
        await talk.say("提交", "实名")

        # booking: a card of the visit
        before = await books(talk)
        await phone.until(lambda seen: seen.kind == "miniprogram" and "appointment?id=ap_" in seen.url, after=before, seconds=PATIENT_S)

        # a person at our desk, and the rating when he is done
        await served_and_rated(talk, agent)
        await talk.tap("非常满意", "谢谢")

        assert set(platform.refused) <= {40001, 42001, USED_BEFORE}, platform.refused
        assert phone.session.state == 1 and not [s for s in phone.screen if "/#/" in s.all_text], f"no raw link to a page\n{phone}"


async def _is_his(platform: Platform, mini: Account, customer: str, url: str, form_id: str) -> None:
    """The mini-program opens the form as his: the platform says that he is the same person."""
    there = platform.mini_phone(mini)
    mini.unions[there.openid] = f"u{customer[2:]}"
    client = Client(url, there)
    await asyncio.to_thread(client.signs_in)
    async with asyncio.timeout(PATIENT_S):  # who writes to us is looked up beside the talk
        while (found := await asyncio.to_thread(client.http.get, f"/api/forms/{form_id}")).status_code != 200:
            assert found.status_code in (403, 404), found.text
            await asyncio.sleep(1)
