"""The whole main job through the Official Account, in safe mode, against the platform: every push comes twice, tokens run out, answers to
pushes and calls get lost, and the gateway is killed once. The product is the real one; the citizen sees only his phone."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from tests.fakes.wechat import Account, Fault, Platform
from tests.fakes.wechat.tokens import expire
from tests.system.phones import FORM, PATIENT_S, Talk, books, connected, killed_before_the_answer, on_duty, served_and_rated

pytestmark = [pytest.mark.dialogue, pytest.mark.slow, pytest.mark.timeout(1800)]
SEND = "/cgi-bin/message/custom/send"


async def test_the_main_job_from_one_sentence_to_the_rating() -> None:
    platform = Platform()
    account = platform.add(Account())
    platform.weather.copies = 1
    async with connected(platform, BANGBAN_PUBLIC_URL="https://bangban.example") as product:
        agent, phone = await on_duty(product), platform.phone(account)
        talk = Talk(phone)

        await phone.follow()
        await phone.until(lambda seen: seen.via == "custom", seconds=PATIENT_S)

        # find → the situation by a tap → materials
        await talk.say("我身份证丢了，要怎么补办", "居民身份证丢失补领")
        await talk.answers_until("居民户口簿")
        await killed_before_the_answer(product, talk, "要多少钱", "丢失补领工本费")

        # form, while the token runs out and an answer of the platform gets lost
        expire(account)
        platform.faults += [Fault(SEND, status=502, after=True), Fault(SEND, delay_s=3.0, times=2)]
        platform.weather.lost_answers = 2
        await talk.say("帮我填表", "申请表")
        for number, (words, expected) in enumerate(FORM, start=1):
            if number == len(FORM):
                expire(account)
            await talk.say(words, expected)
        before = len(phone.screen)
        await talk.say("提交", "实名")
        door = await phone.until(lambda seen: "/form/" in unquote(seen.url), after=before, seconds=PATIENT_S)
        assert door.kind == "news" and "实名登录" in door.text, "where he can sign in"

        # booking
        await books(talk)

        # a person, and the rating when he is done
        await served_and_rated(talk, agent)
        await talk.tap("非常满意", "谢谢")

        assert platform.refused == {} or set(platform.refused) <= {40001, 42001}, platform.refused
        assert all(seen.via == "custom" for seen in phone.screen), str(phone)
