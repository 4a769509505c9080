"""``python -m bench.turn [--turns 300]``: p50/p95 and throughput for 1, 10 and 50 citizens, ours and the bare server's, and the ratios."""

from __future__ import annotations

import argparse
import asyncio

import httpx
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.turn import bare, ours
from bench.turn.load import Load, Say, load
from bench.turn.memory import PeakMemory

LEVELS = (1, 10, 50)
console = Console()


async def our_say(http: httpx.AsyncClient, citizens: int) -> Say:
    """Each citizen has a session; an answer is right when it is the material list and its messages are numbered on from the last."""
    tokens, last = [], [0] * citizens
    for _ in range(citizens):
        opened = await http.post("/api/chat/sessions", json={})
        tokens.append(opened.json()["token"])

    async def say(citizen: int, turn: int) -> str | None:
        response = await http.post(
            "/api/chat/messages",
            json={"text": ours.MESSAGE, "client_message_id": f"{citizen}-{turn}"},
            headers={"Authorization": f"Bearer {tokens[citizen]}"},
        )
        data = response.json()
        if response.status_code != 200:
            return f"status {response.status_code}"
        seqs = [m["seq"] for m in data["messages"]]
        in_order = seqs == sorted(seqs) and seqs and seqs[0] == last[citizen] + 2  # the citizen's own message takes one number
        last[citizen] = max(seqs, default=last[citizen])
        if not in_order:
            return f"out of order: {seqs}"
        return None if any(m["type"] == "materials" for m in data["messages"]) else f"no list: {[m['type'] for m in data['messages']]}"

    return say


async def bare_say(http: httpx.AsyncClient, citizens: int) -> Say:
    """A new conversation every ten turns: its tracker is read whole at each turn, and no real one grows to hundreds. Ours stays one."""

    async def say(citizen: int, turn: int) -> str | None:
        response = await http.post("/webhooks/rest/webhook", json={"sender": f"{citizens}-{citizen}-{turn // 10}", "message": bare.MESSAGE})
        return None if response.json() else "lost"

    return say


async def measure(address: str, make_say, turns: int, name: str) -> list[Load]:
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=100)
    results = []
    async with httpx.AsyncClient(base_url=address, timeout=120, limits=limits, trust_env=False) as http:
        for citizens in track(LEVELS, description=name, console=console):
            results.append(await load(await make_say(http, citizens), citizens=citizens, turns=turns))
    return results


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m bench.turn")
    arguments.add_argument("--turns", type=int, default=300, help="counted turns at each level")
    turns = arguments.parse_args().turns
    with console.status("training the bare project (once)"):
        bare.project()
    figures: dict[str, tuple[list[Load], PeakMemory]] = {}
    for name, serving, make_say in (("bangban", ours.serving, our_say), ("bare rasa", bare.serving, bare_say)):
        with console.status(f"starting {name}"), serving() as (address, pid), PeakMemory(pid) as memory:
            figures[name] = asyncio.run(measure(address, make_say, turns, name)), memory
    report(figures)


def report(figures: dict[str, tuple[list[Load], PeakMemory]]) -> None:
    table = Table("citizens", "figure", *figures, "ratio", title="One whole turn (ms) and turns per second")
    for at, citizens in enumerate(LEVELS):
        mine, peer = (loads[at] for loads, _ in figures.values())
        for figure in ("p50", "p95", "per_second"):
            a, b = getattr(mine, figure), getattr(peer, figure)
            table.add_row(str(citizens), figure, f"{a:.1f}", f"{b:.1f}", f"{a / b:.2f}")
        table.add_row(str(citizens), "lost or wrong", str(len(mine.wrong)), str(len(peer.wrong)), "")
    table.add_row("", "peak memory MB", *[f"{memory.peak_mb:.0f}" for _, memory in figures.values()], "")
    console.print(table)
    for name, (loads, memory) in figures.items():
        console.print(name, {k: round(v) for k, v in sorted(memory.parts.items())})
        for problem in {w for x in loads for w in x.wrong}:
            console.print(f"[red]{name}: {problem}[/]")


if __name__ == "__main__":
    main()
