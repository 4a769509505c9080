"""Arrivals gathered into one transaction: who goes together, who alone, and that one bad one harms nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from services.deliveries.gathering import Gathering


class Store:
    """Numbers are stored together, those in ``locked`` are left out, and with one of ``bad`` among them all fail."""

    def __init__(self) -> None:
        self.locked: set[int] = set()
        self.bad: set[int] = set()
        self.batches: list[list[int]] = []
        self.alone: list[int] = []
        self.waited: list[float] = []
        self.gate: asyncio.Event | None = None
        self.gathering: Gathering[int, str] = Gathering(together=self._together, alone=self._one, note=self.waited.append, at_most=4)

    async def _together(self, items: Sequence[int]) -> list[str | None]:
        self.batches.append(list(items))
        if self.gate:
            await self.gate.wait()
        if self.bad & set(items):
            raise ValueError("one of them")
        return [None if item in self.locked else f"together {item}" for item in items]

    async def _one(self, item: int) -> str:
        self.alone.append(item)
        if item in self.bad:
            raise ValueError(item)
        return f"alone {item}"


async def test_one_that_finds_nothing_under_way_does_not_wait_for_company() -> None:
    store = Store()
    assert await store.gathering.put(1) == "together 1"
    assert store.batches == [[1]] and len(store.waited) == 1


async def test_what_comes_meanwhile_goes_together_in_order_and_never_more_than_so_many() -> None:
    store = Store()
    store.gate = asyncio.Event()
    puts = [asyncio.create_task(store.gathering.put(k)) for k in range(7)]
    while not store.batches:
        await asyncio.sleep(0)
    store.gate.set()
    assert await asyncio.gather(*puts) == [f"together {k}" for k in range(7)]
    assert [k for batch in store.batches for k in batch] == list(range(7)) and all(len(batch) <= 4 for batch in store.batches)
    assert len(store.batches) < 7


async def test_nobody_is_answered_before_his_transaction_has_ended() -> None:
    store = Store()
    store.gate = asyncio.Event()
    put = asyncio.create_task(store.gathering.put(1))
    for _ in range(50):
        await asyncio.sleep(0)
    assert store.batches == [[1]] and not put.done()
    store.gate.set()
    await put


async def test_one_bad_arrival_harms_nobody() -> None:
    store = Store()
    store.bad = {2}
    found = await asyncio.gather(*(store.gathering.put(k) for k in range(4)), return_exceptions=True)
    assert found[:2] == ["alone 0", "alone 1"] and found[3] == "alone 3" and isinstance(found[2], ValueError)
    assert await store.gathering.put(9) == "together 9"


async def test_who_is_being_written_to_by_another_is_tried_alone() -> None:
    store = Store()
    store.locked = {1}
    assert await asyncio.gather(*(store.gathering.put(k) for k in range(3))) == ["together 0", "alone 1", "together 2"]
    assert store.alone == [1]


async def test_who_stops_waiting_before_his_turn_is_not_stored_and_holds_up_nobody() -> None:
    store = Store()
    store.gate = asyncio.Event()
    puts = [asyncio.create_task(store.gathering.put(0))]
    while not store.batches:
        await asyncio.sleep(0)
    puts += [asyncio.create_task(store.gathering.put(k)) for k in (1, 2)]
    await asyncio.sleep(0)
    puts[1].cancel()
    store.gate.set()
    assert await puts[2] == "together 2"
    with pytest.raises(asyncio.CancelledError):
        await puts[1]
    assert store.batches == [[0], [2]] and store.alone == []
