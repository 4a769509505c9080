"""``kill -9`` behind a channel, between the acknowledgement of a message and its answer: every citizen gets exactly one answer to each of his
messages, in order. The product is the real one, pushes are encrypted, and the platform pushes everything twice."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from tests.fakes.wechat import Account, Desk, Phone, Platform
from tests.fakes.wechat.rules import Rules
from tests.system.phones import connected
from tests.system.running import RunningSystem

pytestmark = [pytest.mark.dialogue, pytest.mark.slow, pytest.mark.timeout(2400)]
KFID, OPENING = "wkBangban0000001", "身份证丢失补领"
# What is killed, what stands still meanwhile so that nothing can be answered before, and what is asked.
ROUNDS = [("gateway", "rasa", "要多少钱"), ("actions", "actions", "多久能办好"), ("rasa", "rasa", "要带什么材料")]
ACCOUNTS = {"wechat_oa": Account(), "wecom_kf": Account(app_id="ww0123456789abcdef", kind="kf", desks={KFID: Desk(KFID)})}
CITIZENS = 5
PATIENT_S = 300.0


@contextmanager
def standing_still(system: RunningSystem, part: str) -> Iterator[None]:
    """Until the context ends, unless it was killed and is another process by then."""
    pid = system.pid_of(part)
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def citizen(platform: Platform, account: Account) -> Phone:
    return platform.customer(account, KFID) if account.kind == "kf" else platform.phone(account)


def screen(phone: Phone) -> list[str]:
    return [f"{seen.via}: {seen.all_text}" for seen in phone.screen]


async def shown(phone: Phone, count: int) -> None:
    async with asyncio.timeout(PATIENT_S):
        while len(phone.screen) < count:
            await asyncio.sleep(0.1)


async def asked(phone: Phone, words: str) -> None:
    push = await phone.text(words)
    assert push.answer == "silent", f"not acknowledged: {push}"


async def answered(phone: Phone, words: str) -> int:
    """How long the screen is once the answer has come and nothing has followed it for as long as three such answers take."""
    before, began = len(phone.screen), time.monotonic()
    await asked(phone, words)
    await shown(phone, before + 1)
    quiet_s, length = max(4.0, 3 * (time.monotonic() - began)), 0
    while length != len(phone.screen):
        length = len(phone.screen)
        await asyncio.sleep(quiet_s)
    return length


@pytest.mark.parametrize("channel", sorted(ACCOUNTS))
async def test_killed_after_the_acknowledgement_each_message_is_answered_once_and_in_order(channel: str) -> None:
    platform = Platform(rules=Rules(patience_s=60))
    account = platform.add(ACCOUNTS[channel])
    platform.weather.copies = 1
    async with connected(platform, BANGBAN_TURN_TIMEOUT_S="240") as system:
        control, phones = citizen(platform, account), [citizen(platform, account) for _ in range(CITIZENS)]
        # of the screen of one who is spared everything, after each of his messages
        lengths = [await answered(control, words) for words in (OPENING, *(words for _, _, words in ROUNDS))]

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
        for desk in account.desks.values():
            asked_from = [int(cursor) for cursor in desk.cursors]
            assert asked_from == sorted(asked_from) and asked_from[-1] > 0, "pulling went on where it was"
    assert platform.refused == {}
