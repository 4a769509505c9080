"""``python -m bench.dialogue``: simulated citizens with a goal each talk to the product; how many get the right list, and at what cost."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import httpx
import numpy as np
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.dialogue.goals import make_goals
from bench.dialogue.judging import Result
from bench.dialogue.talk import Talk, talk
from bench.turn import ours
from common.settings import ROOT
from knowledge.evaluation.questions import read_questions
from knowledge.guidance.bundles import assembled
from knowledge.schema.library import shipped_guides

console = Console()
_SHARES: dict[str, Callable[[Result], float]] = {
    "success": lambda r: r.success, "without detour": lambda r: r.straight, "right guide": lambda r: r.reached,
    "wrong materials": lambda r: r.wrong_materials, "no list": lambda r: not r.listed,
    "aside answered": lambda r: np.nan if r.aside is None else r.aside,
}  # fmt: skip
_MEANS: dict[str, Callable[[Result], float]] = {
    "turns": lambda r: r.turns, "questions": lambda r: r.questions, "which item": lambda r: r.clarifying,
    "needless": lambda r: r.needless, "misread": lambda r: r.misread,
}  # fmt: skip


def main(
    per_manner: Annotated[int, typer.Option(min=1, help="Goals of each of the six manners.")] = 8,
    seed: Annotated[int, typer.Option(help="Other citizens, cases and words; the same seed gives the same ones.")] = 1,
    url: Annotated[str | None, typer.Option(help="A running product; one is started when left out.")] = None,
    out: Annotated[Path, typer.Option(help="Where the talks are written, one JSON object a line.")] = ROOT / ".cache" / "bench" / "dialogue.jsonl",
    show: Annotated[int, typer.Option(min=0, help="How many talks that went wrong to show.")] = 5,
) -> None:
    """Openings are the project's dev questions, so nothing here may be learned from or tuned to beyond looking at it."""
    questions = [q for q in read_questions() if q.split == "dev"]
    goals = make_goals(assembled({g.id: g for g in shipped_guides()}), questions, per_manner=per_manner, seed=seed)
    with _product(url) as address, httpx.Client(base_url=address, timeout=60, trust_env=False) as http:
        talks = [talk(http, goal, seed=seed) for goal in track(goals, description="talks", console=console)]
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text("".join(json.dumps(t.as_dict(), ensure_ascii=False) + "\n" for t in talks), encoding="utf-8")
    console.print(table(talks))
    for one in [t for t in talks if not t.result.success][:show]:
        _show(one)
    console.print(f"talks written: {out}", highlight=False, soft_wrap=True)


@contextlib.contextmanager
def _product(url: str | None) -> Iterator[str]:
    if url:
        yield url
        return
    with console.status("starting bangban"), ours.serving() as (address, _):
        yield address


def table(talks: Sequence[Talk]) -> Table:
    """By manner and all together. Shares of talks, and means over talks."""
    title = "Simulated citizens: right guide reached and the exact list for their case shown"
    made = Table("", "talks", *_SHARES, *_MEANS, title=title)
    for manner in [*dict.fromkeys(t.goal.manner for t in talks), "all"]:
        part = [t.result for t in talks if manner in ("all", t.goal.manner)]
        shares = [_share([of(r) for r in part]) for of in _SHARES.values()]
        means = [f"{np.mean([of(r) for r in part]):.2f}" for of in _MEANS.values()]
        made.add_row(manner, str(len(part)), *shares, *means)
    return made


def _share(values: Sequence[float]) -> str:
    """Over those talks that it applies to."""
    known = [value for value in values if not np.isnan(value)]
    return f"{np.mean(known):.3f}" if known else "–"


def _show(one: Talk) -> None:
    r = one.result
    why = r.problem or f"missing {'、'.join(r.missing) or '-'}; extra {'、'.join(r.extra) or '-'}"
    console.print(f"\n{one.goal.manner}: {one.goal.guide.name} {one.goal.answers}: {why}", style="bold", markup=False, highlight=False)
    for turn in one.turns:
        console.print(f"  > {turn['said']}{' [button]' if turn['button'] else ''}  ({turn['outcome']})", markup=False, highlight=False)
        for got in turn["got"]:
            console.print(f"      {got['type']}: {got['text'][:100]!r}", markup=False, highlight=False, soft_wrap=True)


if __name__ == "__main__":
    typer.run(main)
