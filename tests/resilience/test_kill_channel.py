"""``kill -9`` behind a channel, between the acknowledgement of a message and its answer: every citizen gets exactly one answer to each of his
messages, in order. The product is the real one, the Official Account in safe mode, and the platform pushes everything twice."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, contextmanager, suppress

import pytest

from tests.fakes.wechat import Account, Phone, Platform, served
from tests.fakes.wechat.rules import Rules
from tests.system.running import RunningSystem, running_system

pytestmark = [pytest.mark.dialogue, pytest.mark.slow, pytest.mark.timeout(1500)]
OPENING = "身份证丢失补领"
# What is killed, what stands still meanwhile so that nothing can be answered before, and what is asked.
ROUNDS = [("gateway", "rasa", "要多少钱"), ("actions", "actions", "多久能办好"), ("rasa", "rasa", "要带什么材料")]
CITIZENS = 5
PATIENT_S = 300.0


@asynccontextmanager
async def product(platform: Platform) -> AsyncIterator[RunningSystem]:
    account = next(iter(platform.accounts.values()))
    async with served(platform) as url:
        manager = running_system(
            BANGBAN_WECHAT_OA_APP_ID=account.app_id, BANGBAN_WECHAT_OA_SECRET=account.secret, BANGBAN_WECHAT_OA_TOKEN=account.token,
            BANGBAN_WECHAT_OA_AES_KEY=account.aes_key, BANGBAN_WECHAT_API_BASE=url, BANGBAN_TURN_TIMEOUT_S="240",
        )  # fmt: skip
        system = await asyncio.to_thread(manager.__enter__)
        try:
            account.callback = f"{system.url}/channels/wechat_oa/callback"
            yield system
        finally:
            await asyncio.to_thread(manager.__exit__, None, None, None)


@contextmanager
def standing_still(system: RunningSystem, part: str):
    """Until the context ends, unless it was killed and is another process by then."""
    pid = system.pid_of(part)
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def screen(phone: Phone) -> list[str]:
    return [f"{seen.via}: {seen.all_text}" for seen in phone.screen]


async def shown(phone: Phone, count: int) -> None:
    async with asyncio.timeout(PATIENT_S):
        while len(phone.screen) < count:
            await asyncio.sleep(0.1)


async def asked(phone: Phone, words: str) -> None:
    push = await phone.text(words)
    assert push.answer == "silent", f"not acknowledged: {push}"


async def settled(phone: Phone, *, more_than: int) -> int:
    """How long the screen is once an answer has come and nothing has followed it for a while."""
    await shown(phone, more_than + 1)
    length = 0
    while length != len(phone.screen):
        length = len(phone.screen)
        await asyncio.sleep(4)
    return length


async def test_killed_after_the_acknowledgement_each_message_is_answered_once_and_in_order() -> None:
    platform = Platform(rules=Rules(patience_s=60))
    account = platform.add(Account())
    platform.weather.copies = 1
    async with product(platform) as system:
        control, phones = platform.phone(account), [platform.phone(account) for _ in range(CITIZENS)]
        lengths = []  # of the screen of one who is spared everything, after each of his messages
        for words in (OPENING, *(words for _, _, words in ROUNDS)):
            before = len(control.screen)
            await asked(control, words)
            lengths.append(await settled(control, more_than=before))

        await asyncio.gather(*(asked(phone, OPENING) for phone in phones))
        await asyncio.gather(*(shown(phone, lengths[0]) for phone in phones))
        for (killed, still, words), before, after in zip(ROUNDS, lengths[:-1], lengths[1:], strict=True):
            with standing_still(system, still):
                await asyncio.gather(*(asked(phone, words) for phone in phones))
                assert [len(phone.screen) for phone in phones] == [before] * CITIZENS, "acknowledged, and not answered yet"
                system.kill(killed)
            await asyncio.to_thread(system.wait_healthy, PATIENT_S)
            await asyncio.gather(*(shown(phone, after) for phone in phones))
        await asyncio.sleep(5)
        for phone in phones:
            assert screen(phone) == screen(control)
    assert platform.refused == {}
