"""The whole main job through an Official Account that may only answer within the push, in safe mode: every push comes twice, and what is not
there in time, or does not fit, the citizen fetches with a word. Nothing is ever sent to him of our own accord."""

from __future__ import annotations

import asyncio
import re

import pytest

from tests.fakes.wechat import Account, Phone, Platform
from tests.system.phones import FORM, PATIENT_S, at_desk, claimed, connected, on_duty

pytestmark = [pytest.mark.dialogue, pytest.mark.slow, pytest.mark.timeout(1800)]
FETCH = "继续"


class Asking:
    """The citizen, who fetches what he waits for."""

    def __init__(self, phone: Phone):
        self.phone = phone

    async def says(self, words: str, *expected: str) -> str:
        """All that was said since, once everything expected is there."""
        before = len(self.phone.screen)
        await self.phone.text(words)
        return await self._fetches(before, expected)

    async def picks(self, label: str, *expected: str) -> str:
        """By the number it stands under."""
        shown = "\n".join(seen.all_text for seen in self.phone.screen)
        numbers = re.findall(rf"^(\d+)\.? [^\n]*{label}", shown, flags=re.MULTILINE)
        assert numbers, f"no entry {label!r}\n{self.phone}"
        return await self.says(numbers[-1], *expected)

    async def fetches(self, *expected: str) -> str:
        return await self._fetches(len(self.phone.screen), expected)

    async def _fetches(self, before: int, expected: tuple[str, ...]) -> str:
        async with asyncio.timeout(PATIENT_S):
            while not all(words in (found := "\n".join(seen.all_text for seen in self.phone.screen[before:])) for words in expected):
                await asyncio.sleep(0.3)
                await self.phone.text(FETCH)
        return found


async def test_the_main_job_where_nothing_can_be_sent_of_our_own_accord() -> None:
    platform = Platform()
    account = platform.add(Account(verified=False))
    platform.weather.copies = 1
    async with connected(platform, BANGBAN_PUBLIC_URL="https://bangban.example", BANGBAN_WECHAT_OA_VERIFIED="false") as product:
        agent, phone = await on_duty(product), platform.phone(account)
        citizen = Asking(phone)
        await phone.follow()

        # find → the situation by its number → materials
        await citizen.says("我身份证丢了，要怎么补办", "居民身份证丢失补领", "1.")
        await citizen.picks("已满16周岁", "1.")
        await citizen.picks("不是，两年内拍过", "居民户口簿")

        # form
        await citizen.says("帮我填表", "申请表")
        for words, expected in FORM:
            await citizen.says(words, expected)
        await citizen.says("提交", "实名")

        # booking
        await citizen.says("我要预约去窗口办", "哪个大厅")
        await citizen.picks("天河区", "1.")
        await citizen.says("最早的", "确认预约")
        await citizen.picks("确认预约", "预约码")

        # a person, whose words he fetches, and the rating when he is done
        await citizen.says("转人工", "转接")
        conversation = await claimed(agent)
        await at_desk(agent, "POST", f"conversations/{conversation}/messages", text="您好，我是帮办员，材料带齐就可以来。")
        await citizen.fetches("材料带齐就可以来")
        await citizen.says("好的，谢谢", "帮办员")
        await at_desk(agent, "POST", f"conversations/{conversation}/release", to="closed")
        await citizen.fetches("打个分")
        await citizen.picks("非常满意", "谢谢")

        # on a machine that is busy with other things the platform may have lost patience, and said so itself
        assert not [seen for seen in phone.screen if seen.via == "custom"], str(phone)
        assert platform.calls["/cgi-bin/message/custom/send"] == 0
