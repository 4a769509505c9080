"""One running product for every scripted dialogue."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.system.running import RunningSystem, running_system


@pytest.fixture(scope="session")
def system() -> Iterator[RunningSystem]:
    with running_system() as running:
        yield running
