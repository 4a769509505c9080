from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from common.database import Database
from common.vault import Vault
from tests.fakes.post import MovableClock, Post


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
async def post(database: Database, vault: Vault, clock: MovableClock) -> AsyncIterator[Post]:
    made = Post(database, vault, clock)
    yield made
    await made.close()
