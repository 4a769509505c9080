"""Notices on a real database, with made-up ways."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from common.clock import FixedClock
from common.database import Database
from common.vault import Vault
from tests.fakes.notices import Bureau, Way


@pytest.fixture
def sms() -> Way:
    return Way("sms")


@pytest.fixture
def wechat() -> Way:
    return Way("wechat", reaches=set())


@pytest.fixture
def bureau(database: Database, vault: Vault, clock: FixedClock, sms: Way, wechat: Way) -> Bureau:
    return Bureau(database, vault, clock, sms, wechat)


@pytest.fixture
def another(database: Database, vault: Vault, clock: FixedClock) -> Callable[..., Bureau]:
    """A second gateway on the same database."""
    return lambda *ways, **options: Bureau(database, vault, clock, *ways, worker="gateway-1", **options)
