"""Gives a one-off command the stores: the given ones, those of the system that runs, or embedded ones for its own duration."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import structlog

from bangban.supervisor.environment import Wiring
from common.settings import settings

log = structlog.get_logger(__name__)
_LOOK_S = 0.2


@contextmanager
def attached() -> Iterator[None]:
    """Sets ``BANGBAN_*`` for this process, so that :func:`common.settings.settings` tells the addresses."""
    home = settings().home.resolve()
    with ExitStack() as stack:
        if (running := holder_of(home)) is not None:
            _use(running)
        elif settings().database_url is None or settings().redis_url is None:
            _use(stack.enter_context(_own_stores(home)))
        yield


def holder_of(home: Path) -> Wiring | None:
    """Of the system that holds the home. One that starts tells its wiring soon; a one-off command tells none, and is waited for."""
    from bangban.supervisor.lock import is_locked

    said = False
    while is_locked(home):
        with contextlib.suppress(FileNotFoundError):
            return read_wiring(home)
        if not said:
            log.warning("home.busy", home=str(home))
            said = True
        time.sleep(_LOOK_S)
    return None


def write_wiring(home: Path, wiring: Wiring) -> None:
    """Left by the running system for commands beside it; only its owner may read it."""
    path = home / "run" / "wiring.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(vars(wiring), file)


def forget_wiring(home: Path) -> None:
    (home / "run" / "wiring.json").unlink(missing_ok=True)


def read_wiring(home: Path) -> Wiring:
    return Wiring(**json.loads((home / "run" / "wiring.json").read_text(encoding="utf-8")))


@contextmanager
def _own_stores(home: Path) -> Iterator[Wiring]:
    from bangban.migrations import upgrade
    from bangban.stores.running import running
    from bangban.supervisor.lock import home_lock
    from bangban.supervisor.system import assemble

    system = assemble(settings())
    with home_lock(home), ExitStack() as stack:
        for store in filter(None, (system.postgres, system.valkey)):
            stack.enter_context(running(store))
        upgrade(system.wiring.database_url)
        yield system.wiring


def _use(wiring: Wiring) -> None:
    # What the caller set himself stays: only what is missing is filled in.
    for name, value in wiring.settings().items():
        with contextlib.suppress(KeyError):
            os.environ.setdefault(name, value)
    settings.cache_clear()
