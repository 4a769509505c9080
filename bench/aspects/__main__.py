"""``python -m bench.aspects``: every aspect of the guides asked in many words; whether that, only that, and only what holds is answered."""

from __future__ import annotations

import contextlib
import json
import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Annotated

import httpx
import numpy as np
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.aspects.cases import Asked, Deal, Kept, asked, names_of
from bench.aspects.walking import Turn, walk
from bench.turn import ours
from common.settings import ROOT
from knowledge.guidance.bundles import assembled
from knowledge.schema.guide import Guide
from knowledge.schema.library import shipped_guides

console = Console()
_CHECKS = ("right", "guide", "answered", "only", "section", "cited", "silent", "conditions", "asks")
_COMBINED = 2  # combined questions at each place
Plan = dict[str, list[tuple[Asked, str]]]


def main(
    guides: Annotated[int, typer.Option(min=1, help="Guides in the sample.")] = 24,
    everything: Annotated[bool, typer.Option("--all", help="All guides.")] = False,
    wordings: Annotated[str, typer.Option(help="`seen`, `held` (those held back) or `all`.")] = "all",
    seed: Annotated[int, typer.Option(help="Another sample; the same seed gives the same one.")] = 1,
    at_once: Annotated[int, typer.Option(min=1, help="Guides walked at the same time.")] = 3,
    url: Annotated[str | None, typer.Option(help="A running product; one is started when left out.")] = None,
    out: Annotated[Path, typer.Option(help="Where the turns are written, one JSON object a line.")] = ROOT / ".cache" / "bench" / "aspects.jsonl",
    show: Annotated[int, typer.Option(min=0, help="How many turns that went wrong to show, none of them held back.")] = 12,
) -> None:
    """Shares over the turns that a check applies to. No wording may be taught to the engine, and none held back looked at."""
    kept: Kept = {"seen": "seen", "held": "held"}.get(wordings, "all")  # type: ignore[assignment]
    library = assembled({g.id: g for g in shipped_guides()})
    chosen = list(library.values()) if everything else random.Random(seed).sample(list(library.values()), min(guides, len(library)))
    plans = make_plans(chosen, names_of(library), kept, seed)
    with _product(url) as address, httpx.Client(base_url=address, timeout=120, trust_env=False) as http, ThreadPoolExecutor(at_once) as pool:
        one = partial(_walk, http, seed)
        walked = track(pool.map(one, chosen, plans), total=len(chosen), description="guides", console=console)
        turns = [turn for part in walked for turn in part]
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text("".join(json.dumps(t.as_dict(), ensure_ascii=False) + "\n" for t in turns), encoding="utf-8")
    console.print(table(turns))
    for turn in [t for t in turns if not t.verdict.right and not t.asked.held][:show]:
        _show(turn)
    console.print(f"turns written: {out}", highlight=False, soft_wrap=True)


def make_plans(guides: Sequence[Guide], names: dict[str, list[str]], kept: Kept, seed: int) -> list[Plan]:
    """For each guide every aspect and some combined questions, at each of the three places."""
    deal, rng = Deal(asked(kept), seed), random.Random(seed)
    plans = []
    for guide in guides:
        kinds = [k for kind in deal.kinds for k in [kind] * (_COMBINED if kind == "combined" else 1)]
        first = [deal.next(kind, first=True) for kind in kinds]
        plan: Plan = {"first": [(a, deal.opening(a, rng.choice(names[guide.id]))) for a in first]}
        for where in ("in hand", "told"):
            after = [deal.next(kind, first=False) for kind in rng.sample(kinds, len(kinds))]
            plan[where] = [(a, a.said) for a in after]
        plans.append(plan)
    return plans


def _walk(http: httpx.Client, seed: int, guide: Guide, plan: Plan) -> list[Turn]:
    return list(walk(http, guide, plan, seed))


@contextlib.contextmanager
def _product(url: str | None) -> Iterator[str]:
    if url:
        yield url
        return
    with console.status("starting bangban"), ours.serving() as (address, _):
        yield address


def table(turns: Sequence[Turn]) -> Table:
    """By what was asked, by place, by wordings looked at and held back, and all together."""
    made = Table("", "turns", *_CHECKS, "taps", title="Aspects: shares of the turns each check applies to")
    groups = {kind: [t for t in turns if t.asked.kind == kind] for kind in dict.fromkeys(t.asked.kind for t in turns)}
    groups |= {where: [t for t in turns if t.where == where] for where in dict.fromkeys(t.where for t in turns)}
    groups |= {"seen": [t for t in turns if not t.asked.held], "held back": [t for t in turns if t.asked.held], "all": list(turns)}
    for name, part in groups.items():
        shares = [_share([getattr(t.verdict, check) for t in part if t.verdict.guide or check in ("right", "guide")]) for check in _CHECKS]
        taps = f"{np.mean([t.taps for t in part]):.2f}" if part else "–"
        made.add_row(name, str(len(part)), *shares, taps, end_section=name in ("combined", "told"))
    return made


def _share(values: Sequence[bool | None]) -> str:
    known = [value for value in values if value is not None]
    return f"{np.mean(known):.3f}" if known else "–"


def _show(turn: Turn) -> None:
    failed = [c for c in _CHECKS[1:-1] if getattr(turn.verdict, c) is False]
    console.print(f"\n{turn.guide} ({turn.where}) > {turn.text}   {turn.asked.aspects} failed {failed}", style="bold", markup=False, highlight=False)
    for got in turn.got:
        console.print(f"      {got['type']} {got.get('aspect') or ''}: {got['text'][:120]!r}", markup=False, highlight=False, soft_wrap=True)


if __name__ == "__main__":
    typer.run(main)
