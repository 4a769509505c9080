"""Whatever happens in whatever order (duplicates that come late, answers that get lost, windows that close, gateways that die), each citizen has
in the end what was said to him, in its order, and nothing twice but what nobody could know he had. The stories are made up by a seed, which
is the name of the test that fails."""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

import pytest

from common.database import Database
from common.vault import Vault
from services.deliveries.errors import Gone, QuotaUsed, SendFailed, TryLater, WindowClosed
from services.deliveries.model import Allowance, Part, Place
from tests.fakes.post import MovableClock, Phone, Post

PEOPLE = ("anna", "bert")
PASSING: list[SendFailed | Exception] = [TryLater("busy"), WindowClosed("45015"), QuotaUsed("45047"), Gone("43004"), TimeoutError()]


@dataclass
class Forgetful(Phone):
    """``lost`` next answers of the platform get lost: the citizen has the part, and we do not know. ``unknown``: how often that was so."""

    lost: int = 0
    unknown: int = 0

    async def send(self, *, place: Place, part: Part) -> None:
        await super().send(place=place, part=part)
        if self.lost:
            self.lost, self.unknown = self.lost - 1, self.unknown + 1
            raise TryLater("unreachable")


class Story:
    def __init__(self, seed: int, database: Database, vault: Vault, clock: MovableClock) -> None:
        self.chance, self.clock = random.Random(seed), clock
        self.phone, self._made = Forgetful(), lambda phone: Post(database, vault, clock, phone=phone)
        self.said: dict[str, list[tuple[str, str]]] = {who: [] for who in PEOPLE}  # (message id, words)
        self.talks: dict[str, str] = {}
        self.told = 0

    async def __aenter__(self) -> Story:
        await self._begin()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._end()

    async def _begin(self) -> None:
        self.post, self._stack = self._made(self.phone), AsyncExitStack()
        await self._stack.enter_async_context(self.post.working())
        await self.post.conversations.recover(first=True)

    async def _end(self) -> None:
        await self._stack.aclose()
        await self.post.close()

    async def go_on(self) -> None:
        """One more thing happens."""
        who = self.chance.choice(PEOPLE)
        match self.chance.choice(("writes", "writes", "again", "agent", "fails", "lost", "dies", "time")):
            case "writes":
                await self.writes(who)
            case "again" if self.said[who]:
                message_id, words = self.chance.choice(self.said[who])
                copies = [self.post.writes(words, address=who, message_id=message_id) for _ in range(self.chance.randint(1, 2))]
                assert all(arrival.duplicate for arrival in await asyncio.gather(*copies))
            case "agent" if who in self.talks:
                self.told += 1
                await self.post.says(self.talks[who], *(f"agent {self.told}.{k}" for k in range(self.chance.randint(1, 4))))
            case "fails":
                self.phone.failures += self.chance.choices([None, *PASSING], k=2)
            case "lost":
                self.phone.lost += 1
            case "dies":
                self.phone.unknown += len(PEOPLE)  # what was just being sent
                await self._end()
                await self._begin()
            case "time":
                self.clock.ahead += timedelta(seconds=self.chance.choice((1, 10, 100)))
        await asyncio.sleep(self.chance.choice((0, 0, 0.02)))

    async def writes(self, who: str, *, allowance: Allowance | None = None) -> None:
        words = f"{who} {len(self.said[who])}"
        self.said[who].append((f"m-{words}", words))
        arrival = await self.post.writes(words, address=who, message_id=f"m-{words}", **({"allowance": allowance} if allowance else {}))
        self.talks[who] = arrival.conversation_id

    async def has_all(self, who: str) -> bool:
        """Everything was answered, and he has the answers."""
        transcript = await self.transcript(who)
        answered = ("citizen", self.said[who][-1][1]) in transcript and transcript[-1][0] != "citizen"
        return answered and self.had(who) == [text for sender, text in transcript if sender != "citizen"]

    async def transcript(self, who: str) -> list[tuple[str, str]]:
        return [(m.sender, m.text) for m in await self.post.conversations.messages(conversation_id=self.talks[who])]

    def had(self, who: str) -> list[str]:
        """What he has, without what was handed to him twice in a row."""
        return [text for text, _ in groupby(text for address, text in self.phone.got if address == who)]


@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(8))
async def test_in_the_end_everybody_has_everything_in_its_order(seed: int, database: Database, vault: Vault, clock: MovableClock) -> None:
    async with Story(seed, database, vault, clock) as story:
        for _ in range(25):
            await story.go_on()
        story.phone.failures, story.phone.lost = [], 0
        for who in PEOPLE:
            await story.writes(who, allowance=Allowance())
        for who in PEOPLE:
            end = time.monotonic() + 300
            while not await story.has_all(who):
                assert time.monotonic() < end, f"{who} has {story.had(who)} of {await story.transcript(who)}"
                story.clock.ahead += timedelta(seconds=5)  # pauses and leases end
                story.post.deliveries.worker.wake()
                await asyncio.sleep(0.05)
            heard = [text for sender, text in await story.transcript(who) if sender == "citizen"]
            assert heard == [words for _, words in story.said[who]], "each message once, as he wrote them"
        copies = len(story.phone.got) - sum(len(story.had(who)) for who in PEOPLE)
        assert copies <= story.phone.unknown, "twice only what nobody could know he had"
