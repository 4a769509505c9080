"""``bangban eval``: run frozen questions, compare two runs, see how new items fare. Mounted in :mod:`knowledge.cli`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from typer.core import TyperGroup

if TYPE_CHECKING:
    from knowledge.evaluation.frozen import Asked
    from knowledge.evaluation.run import Run
    from knowledge.evaluation.withheld import Withheld
    from knowledge.model import PublishedGuide

console = Console()
_SPLIT = "train, dev or test. Look at test only to report a final figure, never to choose or to mend."
Split = Annotated[str, typer.Option(help=_SPLIT)]
Out = Annotated[Path | None, typer.Option(help="A folder for report.html and run.jsonl.")]


class RunsByDefault(TyperGroup):
    """``bangban eval --split dev`` is ``bangban eval run --split dev``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args or (args[0].startswith("-") and args[0] not in ("--help", "-h")):
            args = ["run", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(cls=RunsByDefault, help="Measure search on frozen questions; without a command: run.")


@app.command("run")
def run(
    sets: Annotated[list[Path] | None, typer.Option("--set", exists=True, dir_okay=False, help="A set of JSON lines; may be given again.")] = None,
    split: Annotated[str, typer.Option(help=f"The project's own questions: {_SPLIT} `none` for the given sets alone.")] = "dev",
    index: Annotated[str | None, typer.Option(help="Fingerprint of a stored index; that of the published guides when left out.")] = None,
    against: Annotated[str | None, typer.Option(help="Compare with a stored run (run.jsonl) or with another index (its fingerprint).")] = None,
    out: Out = None,
    failures: Annotated[int, typer.Option(min=0, help="How many failures to show here; the page shows all.")] = 10,
) -> None:
    """Every question through the search that citizens use: figures by kind, failures, decisions; a page with plots."""
    from knowledge.evaluation.measures import Measures
    from knowledge.evaluation.tables import figures_table, show

    asked = _questions(split, sets or [])
    guides = _guides()
    done = _run(asked, guides, index)
    measures = Measures(done)
    show({"ours": measures}, console)
    console.print(figures_table("by domain", measures.by(lambda row: row.domain or None)))
    _show_failures(done, failures)
    before = _before(against, asked, guides) if against else None
    _finish(done, before, out)


@app.command("compare")
def compare(
    before: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A stored run (run.jsonl).")],
    after: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Another run of the same questions.")],
    out: Out = None,
) -> None:
    """Two stored runs: which questions flipped, and whether the difference is more than chance."""
    _finish(_stored(after), _stored(before), out)


@app.command("withheld")
def withheld(
    split: Split = "dev",
    share: Annotated[float, typer.Option(min=0.01, max=0.9, help="The share of items kept from training.")] = 0.2,
    adaptation: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="What `bangban index adapt --without` wrote; the untaught encoder without it.")
    ] = None,
) -> None:
    """Items nobody has asked about yet: how they are found, beside zero-shot, and how long learning them takes."""
    from common.settings import settings
    from knowledge.cli import progress_bars
    from knowledge.evaluation.withheld import measure_withheld
    from knowledge.index.adapted import Adaptation
    from knowledge.index.encoder import BUNDLED, serving_encoder, taught_encoder
    from knowledge.index.files import IndexFolder
    from knowledge.index.vector_cache import VectorCache

    learned = Adaptation.load(adaptation) if adaptation else None
    encoder = taught_encoder(learned) if learned else serving_encoder(BUNDLED)
    cache = VectorCache(IndexFolder.workshop(settings().home).path, encoder)
    with progress_bars() as report:
        found = measure_withheld(
            _guides(), cache=cache, encoder=encoder, region=settings().region, split=_split(split), share=share, adaptation=learned, report=report
        )
    cache.save_if_grown()
    show_withheld(found)


def show_withheld(found: Withheld) -> None:
    """A table of the four ways the withheld items were found."""
    table = Table("", "Hit@1", "Hit@3", "MRR", "refused", title=f"{found.items} items kept from training, {found.questions} questions for them")
    rows = {
        "as new guides": found.new, "zero-shot evidence alone": found.zero_shot, "learned": found.learned,
        "the other items, meanwhile": found.others, "the other items, after": found.others_learned,
    }  # fmt: skip
    for name, f in rows.items():
        table.add_row(name, *(f"{n:.3f}" for n in (f.hit1, f.hit3, f.mrr, f.refused)))
    console.print(table)
    verdict = "no worse than zero-shot" if found.no_worse else "WORSE than zero-shot"
    console.print(f"new items are {verdict}; learning everything anew took {found.learning_s:.1f} s", highlight=False)


def _split(split: str) -> Any:
    if split not in ("train", "dev", "test"):
        raise typer.BadParameter("train, dev or test", param_hint="--split")
    return split


def _questions(split: str, sets: list[Path]) -> list[Asked]:
    from knowledge.errors import BadQuestions
    from knowledge.evaluation.frozen import once, own_questions, read_set

    try:
        asked = [] if split == "none" and sets else own_questions(_split(split))
        return once([*asked, *(one for path in sets for one in read_set(path))])
    except BadQuestions as error:
        _refuse(error)


def _guides() -> list[PublishedGuide]:
    from knowledge.cli import published_guides

    return published_guides(load=True)


def _run(asked: list[Asked], guides: list[PublishedGuide], index: str | None) -> Run:
    from common.settings import settings
    from knowledge.cli import progress_bars
    from knowledge.evaluation.run import Asking
    from knowledge.index.files import IndexFolder
    from knowledge.index.holder import IndexHolder
    from knowledge.index.rebuild import ensure_index
    from knowledge.search.engine import Searcher

    folder, holder = IndexFolder.of_home(settings().home), IndexHolder(settings().encoder)
    with progress_bars() as report:
        if index is None:
            searcher = holder.load(folder, ensure_index(guides, settings(), report=report), guides)
        elif folder.has(index):
            searcher = Searcher(index=folder.load(index), encoder=holder.encoder())  # not what is published now, so no gate
        else:
            console.print(f"no index {index!r} in {folder.path}", style="red", highlight=False)
            raise typer.Exit(1)
        asking = Asking(searcher, {g.id: g.guide for g in guides}, settings().region)
        return asking.run(asked, progress=lambda done, of: report(f"asking {searcher.index.fingerprint[:6]}", done, of))


def _before(against: str, asked: list[Asked], guides: list[PublishedGuide]) -> Run:
    """A stored run, or the same questions put to another index."""
    return _stored(Path(against)) if Path(against).is_file() else _run(asked, guides, against)


def _stored(path: Path) -> Run:
    from knowledge.errors import BadQuestions
    from knowledge.evaluation.run import Run

    try:
        return Run.load(path)
    except BadQuestions as error:
        _refuse(error)


def _finish(done: Run, before: Run | None, out: Path | None) -> None:
    """Shows the comparison, if there is one, and writes the page, if it is wanted."""
    from knowledge.evaluation.comparison import compare as compared
    from knowledge.evaluation.tables import show_comparison

    comparison = compared(before, done) if before else None
    if comparison:
        show_comparison(comparison, console)
    if out:
        from knowledge.evaluation.page import write_report

        console.print(f"written: {write_report(out, done, comparison)}", highlight=False, soft_wrap=True)


def _show_failures(done: Run, most: int) -> None:
    from knowledge.evaluation.failures import failures

    found = failures(done)
    for failure in found[:most]:
        row = failure.row
        console.print(f"\n{failure.fault}: {row.text}  [{row.kind}]", style="bold", markup=False, highlight=False)
        console.print(f"  asked for {'、'.join(row.expected) or 'nothing of ours'}; confidence {row.confidence:.2f}", markup=False, highlight=False)
        right = [(f"{row.rank}", row.right)] if row.right and (row.rank or 0) > 2 else []
        for place, hit in [*((str(at), hit) for at, hit in enumerate(row.hits[:2], 1)), *right]:
            console.print(f"  {place:>3} {hit.score:.3f} {hit.name} ← {hit.section}: {hit.text[:60]}", markup=False, highlight=False, soft_wrap=True)
    if found:
        console.print(f"\n{len(found)} of {len(done.rows)} questions were not decided rightly", highlight=False)


def _refuse(error: Any) -> Any:
    where = "; ".join(f"{place}: {what}" for place, what in (error.fields or {}).items())
    console.print(f"line {error.data['line']}: {where}", style="red", markup=False, highlight=False)
    raise typer.Exit(1)
