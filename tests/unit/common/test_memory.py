"""What stays is not looked through again, and what comes later is."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from common.memory import settle


class Ring:
    def __init__(self) -> None:
        self.me = self


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_what_is_here_is_left_out_of_every_later_search_for_garbage() -> None:
    kept = [Ring() for _ in range(1000)]
    settle()
    assert gc.get_freeze_count() > len(kept)
    assert not any(one is kept[0] for one in gc.get_objects())


def test_garbage_is_gone_before_and_found_after() -> None:
    gc.disable()
    try:
        before = weakref.ref(Ring())
        settle()
        after = weakref.ref(Ring())
        assert before() is None and after() is not None
        gc.collect()
        assert after() is None
    finally:
        gc.enable()
