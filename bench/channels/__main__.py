"""``python -m bench.channels [--rate 500] [--seconds 60] [--citizens 2000]``: acknowledgements of ours beside each callback in a transaction of
its own, and beside a handler that only verifies and decrypts; the queue meanwhile; whether every answer arrived, once and in order."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg
from rich.console import Console
from rich.table import Table

from bangban.migrations import upgrade
from bangban.stores.ports import free_port
from bangban.stores.postgres import EmbeddedPostgres
from bangban.stores.running import running
from bangban.stores.valkey import EmbeddedValkey
from bench.channels import calls
from bench.channels.platform import given
from common.settings import ROOT
from tests.fakes.wechat.account import Account

console = Console()
_WARM = 60  # calls before the measurement: a gateway that has been running for a while is what citizens meet
_DEPTH = (
    "SELECT (SELECT count(*) FROM conversations.turn WHERE state = 'pending'),"
    " (SELECT count(*) FROM deliveries.address WHERE due_seq > delivered_seq)"
)


@dataclass
class Run:
    """``late``: milliseconds from due to acknowledged, sorted. ``depth``: pending turns, once a second. ``cpu``: processors used while calls came.
    ``course``: the 95th percentile of what was due in each tenth of the time."""

    late: list[float]
    errors: int
    sent_s: float
    depth: list[int] = field(default_factory=list)
    cpu: dict[str, float] = field(default_factory=dict)
    course: list[float] = field(default_factory=list)
    drained_s: float | None = None
    judged: dict[str, Any] = field(default_factory=dict)

    @property
    def took_s(self) -> float:
        """Until the last acknowledgement."""
        return self.sent_s + (self.late[-1] / 1000 if self.late else 0)

    def percentile(self, share: float) -> float:
        return self.late[min(int(len(self.late) * share), len(self.late) - 1)] if self.late else float("nan")


@contextlib.contextmanager
def python(module: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments], cwd=ROOT, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        yield process
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(15)
        if process.poll() is None:
            process.kill()


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"{process.args} ended")
    return line


def tell(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def cpu_s(pid: int) -> float:
    """Of a process and its children, now."""
    total = 0.0
    for process in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True)):
        with contextlib.suppress(psutil.Error):
            used = process.cpu_times()
            total += used.user + used.system
    return total


def measure(name: str, arguments: argparse.Namespace, *, server: EmbeddedPostgres, postgres_pid: int, redis_url: str, folder: Path) -> Run:
    """One system, on an empty database."""
    seconds = arguments.seconds if name == "ours" else min(arguments.seconds, arguments.peer_seconds)
    count, database = round(arguments.rate * seconds), f"bench_{name}"
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {database} TEMPLATE bangban")
    account, port, platform_port = Account(), free_port(), free_port()
    prepared = folder / f"{name}.calls"
    calls.write(prepared, account, count=count, citizens=arguments.citizens, port=port, warm=_WARM)
    config = {
        "database_url": server.url(database),
        "redis_url": redis_url,
        "wechat_api_base": f"http://127.0.0.1:{platform_port}",
        "account": given(account),
    }
    with contextlib.ExitStack() as stack:
        platform = stack.enter_context(python("bench.channels.platform", json.dumps(given(account)), str(arguments.citizens), str(platform_port)))
        said(platform)
        think_s = str(arguments.think_ms / 1000)
        gateway = stack.enter_context(python("bench.channels.serving", name, json.dumps(config), think_s, str(port)))
        _wait_for(port)
        load = stack.enter_context(python("bench.channels.load", str(prepared), str(_WARM), str(arguments.rate), str(port)))
        said(load)
        pids = {"gateway": gateway.pid, "load generator": load.pid, "platform": platform.pid, "postgres": postgres_pid}
        run = _load(load, pids, server.url(database))
        if name != "bare":
            run.drained_s = _drain(server.url(database), run)
            tell(platform)
            told = json.loads(said(platform))
            run.judged = calls.judge(told["screens"], count=count, citizens=arguments.citizens)
            run.judged["refused"] = " ".join(f"{code}×{n}" for code, n in told["refused"].items()) or 0
    return run


def _wait_for(port: int) -> None:
    for _ in range(600):
        with contextlib.suppress(httpx.HTTPError):
            httpx.get(f"http://127.0.0.1:{port}/", trust_env=False)
            return
        time.sleep(0.1)
    raise TimeoutError(port)


def _load(load: subprocess.Popen[str], pids: dict[str, int], url: str) -> Run:
    before, began, depth = {name: cpu_s(pid) for name, pid in pids.items()}, time.monotonic(), []
    tell(load)
    with psycopg.connect(url, autocommit=True) as connection:
        while not _readable(load):
            time.sleep(1)
            row = connection.execute(_DEPTH).fetchone()
            assert row is not None
            depth.append(row[0])
    took = time.monotonic() - began
    used = {name: (cpu_s(pid) - before[name]) / took for name, pid in pids.items() if psutil.pid_exists(pid)}
    found = json.loads(said(load))
    used["load generator"] = found["cpu_s"] / took
    return Run(sorted(found["late"]), found["errors"], found["sent_s"], depth, used, _course(found))


def _course(found: dict[str, Any]) -> list[float]:
    tenths: list[list[float]] = [[] for _ in range(10)]
    for due, late in zip(found["due"], found["late"], strict=True):
        tenths[min(int(due / found["sent_s"] * 10), 9)].append(late)
    return [sorted(part)[int(len(part) * 0.95)] if part else float("nan") for part in tenths]


def _readable(process: subprocess.Popen[str]) -> bool:
    assert process.stdout is not None
    return bool(select.select([process.stdout], [], [], 0)[0])


def _drain(url: str, run: Run) -> float:
    began = time.monotonic()
    with psycopg.connect(url, autocommit=True) as connection:
        while True:
            row = connection.execute(_DEPTH).fetchone()
            assert row is not None
            if row[0] == row[1] == 0:
                return time.monotonic() - began
            run.depth.append(row[0])
            time.sleep(1)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.channels", description=__doc__)
    parser.add_argument("--rate", type=float, default=500, help="callbacks a second")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--peer-seconds", type=float, default=15, help="for the peers, which need not be watched as long")
    parser.add_argument("--citizens", type=int, default=2000)
    parser.add_argument("--think-ms", type=float, default=15, help="what the engine takes for an answer, elsewhere")
    parser.add_argument("--systems", nargs="+", default=["bare", "alone", "ours"], choices=["bare", "alone", "ours"])
    arguments = parser.parse_args()
    runs: dict[str, Run] = {}
    with tempfile.TemporaryDirectory(prefix="bangban-bench-") as folder, contextlib.ExitStack() as stack:
        server = stack.enter_context(running(EmbeddedPostgres(Path(folder) / "postgres")))
        valkey = stack.enter_context(running(EmbeddedValkey(Path(folder), port=free_port(), password="bench")))
        upgrade(server.url())
        postgres_pid = int((server.data / "postmaster.pid").read_text().split()[0])
        for name in arguments.systems:
            with console.status(name):
                runs[name] = measure(name, arguments, server=server, postgres_pid=postgres_pid, redis_url=valkey.url(), folder=Path(folder))
    report(runs, arguments)


def report(runs: dict[str, Run], arguments: argparse.Namespace) -> None:
    table = Table("figure", *runs, title=f"{arguments.rate:g} callbacks a second, {arguments.citizens} citizens")
    for share, label in ((0.5, "p50"), (0.95, "p95"), (0.99, "p99"), (1.0, "worst")):
        table.add_row(f"acknowledged {label} ms", *(f"{run.percentile(share):.1f}" for run in runs.values()))
    table.add_row("p95 ms, by tenth of the time", *(" ".join(f"{ms:.0f}" for ms in run.course) for run in runs.values()))
    table.add_row("calls", *(str(len(run.late) + run.errors) for run in runs.values()))
    table.add_row("errors", *(str(run.errors) for run in runs.values()))
    table.add_row("acknowledged a second", *(f"{len(run.late) / run.took_s:.0f}" for run in runs.values()))
    table.add_row("queue at its deepest", *(str(max(run.depth, default=0)) for run in runs.values()))
    table.add_row("drained after s", *(f"{run.drained_s:.0f}" if run.drained_s is not None else "" for run in runs.values()))
    for what in ("lost", "doubled", "out of order", "refused"):
        table.add_row(what, *(str(run.judged.get(what, "")) for run in runs.values()))
    for part in ("gateway", "postgres", "load generator", "platform"):
        table.add_row(f"processors: {part}", *(f"{run.cpu.get(part, 0):.2f}" for run in runs.values()))
    console.print(table)


if __name__ == "__main__":
    main()
