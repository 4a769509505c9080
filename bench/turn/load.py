"""Citizens who each wait for an answer before they write again; every answer is checked, every turn is timed."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

Say = Callable[[int, int], Awaitable[str | None]]  # (citizen, number) → what was wrong with the answer, or None


@dataclass
class Load:
    """Figures of one level of concurrency. Times in milliseconds."""

    citizens: int
    times_ms: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def p50(self) -> float:
        return statistics.median(self.times_ms)

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.times_ms, n=20)[-1]

    @property
    def per_second(self) -> float:
        return len(self.times_ms) / self.seconds


async def load(say: Say, *, citizens: int, turns: int, warm_up: int = 1) -> Load:
    """``turns`` counted turns in all, shared evenly; each citizen's first ``warm_up`` turns are not counted."""
    result = Load(citizens)
    each = max(1, turns // citizens)

    async def citizen(number: int) -> None:
        for turn in range(each):
            began = time.perf_counter()
            wrong = await say(number, warm_up + turn)
            result.times_ms.append((time.perf_counter() - began) * 1000)
            if wrong:
                result.wrong.append(wrong)

    for turn in range(warm_up):
        await asyncio.gather(*(say(n, turn) for n in range(citizens)))
    began = time.perf_counter()
    await asyncio.gather(*(citizen(n) for n in range(citizens)))
    result.seconds = time.perf_counter() - began
    return result
