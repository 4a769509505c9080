"""A help desk on a database of its own."""

from __future__ import annotations

import pytest

from common.clock import FixedClock
from common.database import Database
from common.vault import Vault
from tests.fakes.help_desk import HelpDesk


@pytest.fixture
async def desk(database: Database, clock: FixedClock, vault: Vault):
    made = await HelpDesk(database, clock, vault).open()
    yield made
    await made.close()
