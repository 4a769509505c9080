"""The supervisor with tiny processes: it starts in order, restarts, passes signals on and leaves nothing behind."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psutil

from bangban.supervisor.part import Part, State
from bangban.supervisor.supervisor import Supervisor
from tests.integration.bangban.fakes import lives, notes, once, worker

ROOT = Path(__file__).resolve().parents[3]


class Heard:
    def __init__(self) -> None:
        self.changes: list[tuple[str, State]] = []
        self.lines: list[tuple[str, str]] = []

    def tell(self, name: str, state: State, detail: str) -> None:
        self.changes.append((name, state))

    def show(self, name: str, line: str) -> None:
        self.lines.append((name, line))


@asynccontextmanager
async def supervised(home: Path, *parts: Part) -> AsyncIterator[tuple[Supervisor, Heard]]:
    heard, ready = Heard(), asyncio.Event()
    supervisor = Supervisor(list(parts), home=home, tell=heard.tell, show=heard.show, poll_s=0.01)
    running = asyncio.create_task(supervisor.run(when_ready=ready.set))
    try:
        await asyncio.wait_for(ready.wait(), 20)
        yield supervisor, heard
    finally:
        supervisor.stop()
        await asyncio.wait_for(running, 20)


async def until(true: Callable[[], bool], patience_s: float = 10) -> None:
    async with asyncio.timeout(patience_s):
        while not true():
            await asyncio.sleep(0.01)


def gone(pid: int) -> bool:
    with contextlib.suppress(psutil.Error):
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    return True


async def test_a_part_starts_only_when_those_before_it_are_ready(tmp_path: Path) -> None:
    first_try = "import pathlib, sys; p = pathlib.Path('tried'); tried = p.exists(); p.touch(); sys.exit(0 if tried else 1)"
    parts = worker(tmp_path, "store"), once(tmp_path, "migrate", first_try, after=("store",)), worker(tmp_path, "app", after=("migrate",))
    async with supervised(tmp_path, *parts) as (_, heard):
        changes = heard.changes
        assert changes.index(("store", State.READY)) < changes.index(("migrate", State.STARTING))
        assert ("migrate", State.DOWN) in changes, "the first try fails and is repeated"
        assert changes.index(("migrate", State.DONE)) < changes.index(("app", State.STARTING))


async def test_a_killed_part_is_started_again_and_its_orphans_are_swept(tmp_path: Path) -> None:
    async with supervised(tmp_path, worker(tmp_path, "app")):
        for life in range(3):
            pid, helper = lives(tmp_path, "app")[life]
            os.kill(pid, signal.SIGKILL)
            await until(lambda n=life: len(lives(tmp_path, "app")) == n + 2)
            await until(lambda h=helper: gone(h))


async def test_stopping_tells_users_before_what_they_use_and_leaves_nothing(tmp_path: Path) -> None:
    async with supervised(tmp_path, worker(tmp_path, "store"), worker(tmp_path, "app", after=("store",), stop_signal=signal.SIGINT)) as (_, heard):
        pids = [pid for name in ("store", "app") for pid in lives(tmp_path, name)[0]]
    assert notes(tmp_path, "app")[-1] == "told SIGINT" and notes(tmp_path, "store")[-1] == "told SIGTERM"
    assert heard.changes.index(("app", State.STOPPED)) < heard.changes.index(("store", State.STOPPED))
    assert all(map(gone, pids))
    assert not (tmp_path / "run/processes.json").exists()


async def test_a_part_that_ignores_the_signal_is_killed_after_its_grace(tmp_path: Path) -> None:
    async with supervised(tmp_path, worker(tmp_path, "app", deaf=True, grace_s=0.2)):
        pid, helper = lives(tmp_path, "app")[0]
    assert notes(tmp_path, "app")[-1] == "told SIGTERM"
    assert gone(pid) and gone(helper)


async def test_stopping_while_a_part_still_waits_or_fails_does_not_hang(tmp_path: Path) -> None:
    heard = Heard()
    failing = once(tmp_path, "migrate", "raise SystemExit(3)")
    supervisor = Supervisor([failing, worker(tmp_path, "app", after=("migrate",))], home=tmp_path, tell=heard.tell, show=heard.show)
    running = asyncio.create_task(supervisor.run())
    await until(lambda: heard.changes.count(("migrate", State.DOWN)) >= 2)
    supervisor.stop()
    await asyncio.wait_for(running, 60)
    assert lives(tmp_path, "app") == []


async def test_a_part_that_hangs_is_killed_and_started_again(tmp_path: Path) -> None:
    async def alive() -> bool:
        return len(lives(tmp_path, "app")) > 1

    async with supervised(tmp_path, worker(tmp_path, "app", alive=alive, hang_s=0.2)):
        await until(lambda: len(lives(tmp_path, "app")) == 2)


async def test_what_a_part_prints_is_in_its_log(tmp_path: Path) -> None:
    async with supervised(tmp_path, worker(tmp_path, "app")) as (_, heard):
        await until(lambda: ("app", "hello from app") in heard.lines)
    assert "hello from app" in (tmp_path / "logs/app.log").read_text()


_ALONE = """
import asyncio, sys
from pathlib import Path
sys.path[:0] = [sys.argv[2], sys.argv[3]]
from fakes import worker
from bangban.supervisor.supervisor import Supervisor
folder = Path(sys.argv[1])
quiet = lambda *_: None
asyncio.run(Supervisor([worker(folder, "app", deaf="deaf" in sys.argv)], home=folder, tell=quiet, show=quiet).run())
"""


def _alone(folder: Path, *more: str) -> subprocess.Popen:
    """A supervisor in a process of its own, up to its part's life."""
    before = len(lives(folder, "app"))
    process = subprocess.Popen([sys.executable, "-c", _ALONE, str(folder), str(ROOT), str(Path(__file__).parent), *more], start_new_session=True)
    deadline = time.monotonic() + 20
    while len(lives(folder, "app")) == before:
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)
    return process


def _wait_until_gone(pid: int, patience_s: float = 10) -> None:
    deadline = time.monotonic() + patience_s
    while not gone(pid):
        assert time.monotonic() < deadline, f"{pid} still lives"
        time.sleep(0.02)


def test_signals_to_the_supervisor_reach_the_parts(tmp_path: Path) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        supervisor = _alone(tmp_path)
        pid, helper = lives(tmp_path, "app")[-1]
        supervisor.send_signal(number)
        assert supervisor.wait(10) == 0
        assert notes(tmp_path, "app")[-1] == "told SIGTERM" and gone(pid) and gone(helper)


def test_parts_do_not_outlive_a_killed_supervisor(tmp_path: Path) -> None:
    supervisor = _alone(tmp_path)
    pid, _ = lives(tmp_path, "app")[0]
    supervisor.kill()
    supervisor.wait(10)
    _wait_until_gone(pid)


def test_what_a_killed_supervisor_left_is_cleared_by_the_next(tmp_path: Path) -> None:
    from bangban.supervisor.leftovers import Leftovers

    supervisor = _alone(tmp_path, "deaf")
    pid, helper = lives(tmp_path, "app")[0]
    supervisor.kill()
    supervisor.wait(10)
    assert not gone(pid), "a deaf part survives the kernel's polite signal"
    assert Leftovers(tmp_path / "run/processes.json").clear(patience_s=0.2) == [pid]
    assert gone(pid) and gone(helper)
