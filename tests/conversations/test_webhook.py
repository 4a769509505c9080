"""The whole main job through a telephone desk of another system, on text read aloud and text recognised: every request comes twice, pushes are
refused, answered too late, or answered into the void, and the gateway is killed once. Nobody sees, taps or opens anything."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from channels.rendering import plan
from channels.webhook.channel import STYLES
from channels.webhook.saying import said
from services.messages.model import message_adapter
from tests.fakes.partner import EXAMPLE, NAME, SECRET, Caller, Partner
from tests.system.people import Staff
from tests.system.phones import FORM, PATIENT_S, at_desk, claimed, on_duty
from tests.system.running import RunningSystem, running_system

pytestmark = [pytest.mark.dialogue, pytest.mark.slow, pytest.mark.timeout(1800)]
_NUMERALS = "一二三四五六七八九"
# What only an eye or a finger could use.
_SEEN = re.compile(r"https?:|www\.|[\n【】\[\]（）()*#⚠<>|–]|回复(?!您)|点击|\d:\d\d|(?:^|。)\d+\.")


@asynccontextmanager
async def product(partner: Partner) -> AsyncIterator[RunningSystem]:
    async with partner.serving():
        manager = running_system(**partner.settings, BANGBAN_PUBLIC_URL="https://bangban.example", BANGBAN_TURN_TIMEOUT_S="240")
        system = await asyncio.to_thread(manager.__enter__)
        try:
            partner.plugged_into(system.url)
            yield system
        finally:
            await asyncio.to_thread(manager.__exit__, None, None, None)


def caller_of(partner: Partner, user: str) -> Caller:
    return Caller(partner, user, numerals=lambda place: f"第{_NUMERALS[place - 1]}个", patient_s=PATIENT_S)


async def answers_until(caller: Caller, words: str) -> None:
    """Answers what is asked with the first of what was read, until the words are heard."""
    after = 0
    for _ in range(8):
        found = await caller.until(lambda heard: words in heard.text or ("第一，" in heard.text and bool(heard.labels)), after=after, what=words)
        if words in found.text:
            return
        after = len(caller.heard)
        await caller.says("第一个")
    raise AssertionError(f"still asking\n{caller}")


async def killed_before_the_answer(system: RunningSystem, caller: Caller, words: str, expected: str) -> None:
    """The engine stands still, so that there is no answer yet when the gateway dies; which comes all the same."""
    before, engine = len(caller.heard), system.pid_of("rasa")
    os.kill(engine, signal.SIGSTOP)
    try:
        await caller.says(words)
        assert not any(expected in heard.text for heard in caller.heard[before:]), "acknowledged, and not answered yet"
        system.kill("gateway")
    finally:
        with suppress(ProcessLookupError):
            os.kill(engine, signal.SIGCONT)
    await asyncio.to_thread(system.wait_healthy)
    await caller.hears(expected, after=before)


async def heard_everything_once_in_order(agent: Staff, conversation: str, caller: Caller) -> None:
    """What the record says he was told is what the partner took, in this order, each once."""
    found = (await at_desk(agent, "GET", f"conversations/{conversation}"))["messages"]
    told = [message for message in map(message_adapter.validate_python, found) if message.sender != "citizen"]
    expected = said(plan(told, capabilities=STYLES["voice"], room=None, public_url="https://bangban.example"), spoken=True).texts
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENT_S):
            while len(caller.heard) < len(expected):
                await asyncio.sleep(0.1)
    assert [heard.text for heard in caller.heard[: len(expected)]] == expected


async def test_the_main_job_on_the_telephone_from_one_sentence_to_the_rating() -> None:
    partner = Partner()
    async with product(partner) as system:
        agent, caller = await on_duty(system), caller_of(partner, "caller-1")

        # find → the situation, by its place in what was read → materials
        partner.faults += ["lost"]
        await caller.says("我身份证丢了，要怎么补办", "居民身份证丢失补领")
        await answers_until(caller, "居民户口簿")
        await killed_before_the_answer(system, caller, "要多少钱", "丢失补领工本费")

        # form
        partner.faults += ["500", "500", "slow"]
        await caller.says("帮我填表", "申请表")
        for words, expected in FORM:
            await caller.says(words, expected)
        await caller.says("提交", "实名")

        # booking: he says what he was told that he could say
        before = len(caller.heard)
        await caller.says("我要预约去窗口办", "哪个大厅")
        await caller.chooses("天河区")
        times = await caller.until(lambda heard: "选一个方便的时间" in heard.text, after=before, what="that he is to choose")
        partner.faults += ["lost", "500"]
        examples = re.findall(r"“([^”]+)”", times.text)
        assert examples, times.text
        await caller.says(examples[-1], "确认预约")
        before = len(caller.heard)
        await caller.says("确认预约", "预约码")
        booked = await caller.hears("预约码", after=before)
        assert re.search(r"预约码：(?:[A-Z0-9] ){5,}[A-Z0-9]。", booked.text), "its code is spelled"

        # a person, and the rating when he is done
        await caller.says("转人工", "转接")
        conversation = await claimed(agent)
        before = len(caller.heard)
        partner.faults += ["slow"]
        await at_desk(agent, "POST", f"conversations/{conversation}/messages", text="您好，我是帮办员，材料带齐就可以来。")
        await caller.hears("材料带齐就可以来", after=before)
        await caller.says("好的，谢谢")
        await heard_everything_once_in_order(agent, conversation, caller)
        await at_desk(agent, "POST", f"conversations/{conversation}/release", to="closed")
        await caller.hears("打个分", after=before)
        await caller.says("五分", "谢谢")

        assert partner.faults == [] and partner.strange == [] and max(partner.tries.values()) > 1
        assert [heard.text for heard in caller.heard if _SEEN.search(heard.text)] == []
        await _the_example_speaks_with_the_product(system)


async def _the_example_speaks_with_the_product(system: RunningSystem) -> None:
    """The program of the guide as it stands there: a line in for what was understood, lines out for what is read."""
    desk = await asyncio.create_subprocess_exec(
        sys.executable, str(EXAMPLE), system.url, NAME, "caller-2", env={**os.environ, "SECRET": SECRET},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(3 * PATIENT_S):
        out, _ = await desk.communicate("我身份证丢了，要怎么补办\n第一个\n第一个\n要多少钱\n".encode())
    text = out.decode()
    assert desk.returncode == 0 and "居民身份证丢失补领" in text and "丢失补领工本费" in text, text
    assert [line for line in text.splitlines() if _SEEN.search(line)] == []
