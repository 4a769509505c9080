"""``kill -9`` behind a channel, between the acknowledgement of a message and its answer: every citizen gets exactly one answer to each of his
messages, in order. The product is the real one, pushes are encrypted, and the platform pushes everything twice."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from common.database import Database
from tests.fakes.quiet import settled
from tests.fakes.wechat import Account, Desk, Phone, Platform
from tests.fakes.wechat.rules import Rules
from tests.system.phones import connected
from tests.system.running import RunningSystem

pytestmark = [pytest.mark.dialogue, pytest.mark.slow, pytest.mark.timeout(2400)]
KFID, OPENING = "wkBangban0000001", "身份证丢失补领"
# What is killed, what stands still meanwhile so that nothing can be answered before, and what is asked.
ROUNDS = [("gateway", "rasa", "要多少钱"), ("actions", "actions", "多久能办好"), ("rasa", "rasa", "要带什么材料")]
CITIZENS = 4  # of each channel
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


def screen(phone: Phone) -> list[str]:
    return [f"{seen.via}: {seen.all_text}" for seen in phone.screen]


async def shown(phone: Phone, count: int) -> None:
    async with asyncio.timeout(PATIENT_S):
        while len(phone.screen) < count:
            await asyncio.sleep(0.1)


async def asked(phone: Phone, words: str) -> None:
    push = await phone.text(words)
    assert push.answer == "silent", f"not acknowledged: {push}"


@dataclass
class Line:
    """The citizens of one channel; ``lengths``: of the screen of one who is spared everything, after each of his messages."""

    control: Phone
    phones: list[Phone]
    lengths: list[int]

    async def learn(self, database: Database) -> None:
        for words in (OPENING, *(words for _, _, words in ROUNDS)):
            before = len(self.control.screen)
            await asked(self.control, words)
            await shown(self.control, before + 1)
            await settled(database, now=datetime.now(UTC))
            self.lengths.append(len(self.control.screen))

    async def all_shown(self, after: int) -> None:
        await asyncio.gather(*(shown(phone, self.lengths[after]) for phone in self.phones))


async def test_killed_after_the_acknowledgement_each_message_is_answered_once_and_in_order() -> None:
    """Of both ways there are: pushes that hold the message, and signals to fetch it."""
    platform = Platform(rules=Rules(patience_s=60))
    official, corp = platform.add(Account()), platform.add(Account(app_id="ww0123456789abcdef", kind="kf", desks={KFID: Desk(KFID)}))
    platform.weather.copies = 1
    async with connected(platform, BANGBAN_TURN_TIMEOUT_S="240") as system:
        lines = [
            Line(platform.phone(official), [platform.phone(official) for _ in range(CITIZENS)], []),
            Line(platform.customer(corp, KFID), [platform.customer(corp, KFID) for _ in range(CITIZENS)], []),
        ]
        phones = [phone for line in lines for phone in line.phones]
        database = Database(system.setting("BANGBAN_DATABASE_URL"), pool_size=2)
        for line in lines:
            await line.learn(database)

        await asyncio.gather(*(asked(phone, OPENING) for phone in phones))
        await asyncio.gather(*(line.all_shown(0) for line in lines))
        for number, (killed, still, words) in enumerate(ROUNDS):
            with standing_still(system, still):
                await asyncio.gather(*(asked(phone, words) for phone in phones))
                for line in lines:
                    assert [len(phone.screen) for phone in line.phones] == [line.lengths[number]] * CITIZENS, "acknowledged, and not answered yet"
                system.kill(killed)
            await asyncio.to_thread(system.wait_healthy, PATIENT_S)
            await asyncio.gather(*(line.all_shown(number + 1) for line in lines))
        await settled(database, now=datetime.now(UTC))
        await database.close()
        for line in lines:
            for phone in line.phones:
                assert screen(phone) == screen(line.control)
        asked_from = [int(cursor) for cursor in corp.desks[KFID].cursors]
        assert asked_from == sorted(asked_from) and asked_from[-1] > 0, "pulling went on where it was"
    assert platform.refused == {}
