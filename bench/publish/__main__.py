"""``python -m bench.publish``: publications under load, on the whole product.

Citizens search and chat all the time. An editor changes a guide, a reviewer publishes it: the time from the end of his request until
the search (gateway process) and the chat (action process) show the change; and every answer given in between is judged.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from dataclasses import dataclass, field

import httpx
from rich.console import Console
from rich.table import Table

from bench.publish.editor import Editor
from bench.turn import ours

GUIDE = "canjiren-zheng-huanling"  # what the load asks about is another guide's; this one changes
PASSWORD = "bench-only"
ASKED = {
    "身份证丢了怎么补": "jumin-shenfenzheng-buling", "首次申请护照": "putong-huzhao-shouci-shenling", "租房提取公积金": "zufang-tiqu-gongjijin",
    "我要办异地就医备案": "yidi-jiuyi-beian", "失业保险金申领": "shiye-baoxianjin-shenling",
}  # fmt: skip
_PATIENCE_S = 30.0
console = Console()


@dataclass
class Watched:
    """``searches`` and ``turns`` answered while publishing; ``wrong`` what was not as it should be; times in seconds."""

    searches: int = 0
    turns: int = 0
    wrong: list[str] = field(default_factory=list)
    published_s: list[float] = field(default_factory=list)
    search_s: list[float] = field(default_factory=list)
    chat_s: list[float] = field(default_factory=list)
    answered_s: list[float] = field(default_factory=list)


async def searching(http: httpx.AsyncClient, watched: Watched, offset: int) -> None:
    questions = list(ASKED.items())
    at = offset
    while True:
        question, expected = questions[at % len(questions)]
        at += 1
        answer = await http.post("/api/search", json={"query": question})
        watched.searches += 1
        found = answer.json().get("results") if answer.status_code == 200 else None
        if not found or found[0]["guide_id"] != expected:
            watched.wrong.append(f"{question}: {answer.status_code} {found and found[0]['guide_id']}")


async def chatting(http: httpx.AsyncClient, watched: Watched) -> None:
    token = (await http.post("/api/chat/sessions", json={})).json()["token"]
    number = 0
    while True:
        number += 1
        message = {"text": "补办身份证要多少钱", "client_message_id": str(number)}
        answer = await http.post("/api/chat/messages", json=message, headers={"Authorization": f"Bearer {token}"})
        watched.turns += 1
        if answer.status_code != 200 or not any(m["type"] == "answer" and "40" in m["text"] for m in answer.json()["messages"]):
            watched.wrong.append(f"chat: {answer.status_code}")


async def seen_in_search(http: httpx.AsyncClient, alias: str) -> bool:
    found = (await http.post("/api/search", json={"query": alias})).json()["results"]
    return bool(found) and found[0]["guide_id"] == GUIDE and alias in str((await http.get(f"/api/guides/{GUIDE}")).json()["document"])


async def seen_in_chat(http: httpx.AsyncClient, alias: str) -> bool:
    token = (await http.post("/api/chat/sessions", json={})).json()["token"]
    answer = await http.post("/api/chat/messages", json={"text": alias}, headers={"Authorization": f"Bearer {token}"})
    return any(m.get("guide_id") == GUIDE for m in answer.json()["messages"])


async def until(seen, http: httpx.AsyncClient, alias: str, began: float) -> tuple[float, float]:
    """When the first question was asked whose answer shows it, and when that answer was there: under load an answer takes its time."""
    asked = time.perf_counter()
    while not await seen(http, alias):
        if time.perf_counter() - began > _PATIENCE_S:
            raise TimeoutError(alias)
        await asyncio.sleep(0.02)
        asked = time.perf_counter()
    return asked - began, time.perf_counter() - began


async def measure(address: str, *, times: int, citizens: int) -> Watched:
    watched = Watched()
    async with httpx.AsyncClient(base_url=address, timeout=60, trust_env=False) as http:
        editor = await Editor.sign_in(http, PASSWORD)
        load = [asyncio.create_task(searching(http, watched, at)) for at in range(citizens)]
        load += [asyncio.create_task(chatting(http, watched)) for _ in range(citizens)]
        await asyncio.sleep(2)
        for number in range(times):
            alias = f"测速换证{number}"
            await editor.approve_with_alias(GUIDE, alias)
            began = time.perf_counter()
            await editor.publish(GUIDE)
            watched.published_s.append(time.perf_counter() - began)
            began = time.perf_counter()
            both = await asyncio.gather(until(seen_in_search, http, alias, began), until(seen_in_chat, http, alias, began))
            watched.search_s.append(both[0][0])
            watched.chat_s.append(both[1][0])
            watched.answered_s.append(both[1][1])
        for task in load:
            task.cancel()
        ended = await asyncio.gather(*load, return_exceptions=True)
        watched.wrong += [repr(e) for e in ended if isinstance(e, Exception) and not isinstance(e, asyncio.CancelledError)]
    return watched


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m bench.publish")
    arguments.add_argument("--times", type=int, default=5, help="publications")
    arguments.add_argument("--citizens", type=int, default=3, help="who search all the time, and as many who chat")
    asked = arguments.parse_args()
    with console.status("starting bangban"), ours.serving({"BANGBAN_DEMO_PASSWORD": PASSWORD}) as (address, _):
        watched = asyncio.run(measure(address, times=asked.times, citizens=asked.citizens))
    table = Table("figure", "median", "worst", title=f"{asked.times} publications under load ({asked.citizens} searching, {asked.citizens} chatting)")
    for name, seconds in {
        "the reviewer's request (replay included)": watched.published_s, "then seen by the search": watched.search_s,
        "then seen by a question to the chat": watched.chat_s, "that question answered": watched.answered_s,
    }.items():  # fmt: skip
        table.add_row(name, f"{statistics.median(seconds):.2f} s", f"{max(seconds):.2f} s")
    console.print(table)
    console.print(f"{watched.searches} searches and {watched.turns} turns meanwhile, {len(watched.wrong)} failed or wrong {watched.wrong[:5]}")


if __name__ == "__main__":
    main()
