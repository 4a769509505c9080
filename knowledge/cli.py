"""Commands over the knowledge: ``guides``, ``index``, ``search`` and ``eval``. Mounted in the ``bangban`` command line."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
import yaml
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from knowledge.evaluation.commands import app as eval_app

if TYPE_CHECKING:
    from knowledge.index.build import Report
    from knowledge.model import PublishedGuide, SearchResult
    from knowledge.search.engine import Searcher

app = typer.Typer(no_args_is_help=True, help="Knowledge of the assistant.")
guides_app = typer.Typer(no_args_is_help=True, help="Guides (办事指南): check, list, show.")
index_app = typer.Typer(no_args_is_help=True, help="The search index of the published guides.")
app.add_typer(guides_app, name="guides")
app.add_typer(index_app, name="index")
app.add_typer(eval_app, name="eval")
console = Console()


@guides_app.command("lint")
def guides_lint(
    paths: Annotated[list[Path] | None, typer.Argument(exists=True, help="Guide files or folders; all shipped guides when left out.")] = None,
    quiet: Annotated[bool, typer.Option("--errors-only", help="Do not show warnings.")] = False,
) -> None:
    """Judge guides; exit code 1 when one has an error."""
    from knowledge.schema.library import SHIPPED
    from knowledge.workflow.lint import guide_files, lint_file, neighbours_of

    files = guide_files(paths or [])
    neighbours = neighbours_of(dict.fromkeys(p.resolve() for p in [*guide_files([SHIPPED]), *files]))
    errors = warnings = 0
    for path in files:
        problems = lint_file(path, neighbours=neighbours, today=date.today())
        errors += sum(p.severity == "error" for p in problems)
        warnings += sum(p.severity == "warning" for p in problems)
        shown = [p for p in problems if p.severity == "error" or not quiet]
        if shown:
            console.print(str(path), style="bold", highlight=False, soft_wrap=True)
        for p in shown:
            colour = "red" if p.severity == "error" else "yellow"
            console.print(Text.assemble("  ", (f"{p.severity:7}", colour), " ", (p.path or ".", "cyan"), f" {p.message} ({p.rule})"), soft_wrap=True)
    console.print(f"{len(files)} guides, {errors} errors, {warnings} warnings", style="red" if errors else "green", highlight=False)
    raise typer.Exit(1 if errors else 0)


@guides_app.command("list")
def guides_list(domain: Annotated[str | None, typer.Option(help="gongan, minzheng, renshe or shangshi.")] = None) -> None:
    """The shipped guides."""
    from knowledge.schema.library import shipped_guides

    table = Table("id", "name", "domain", "topic", "region")
    for guide in shipped_guides():
        if domain in (None, guide.domain):
            table.add_row(guide.id, guide.name, guide.domain, guide.topic, guide.region.name)
    console.print(table)


@guides_app.command("show")
def guides_show(guide_id: str) -> None:
    """One shipped guide as its readers get it: shared situations and fields filled in, a bundle put together."""
    from knowledge.guidance.bundles import assembled
    from knowledge.schema.library import shipped_guides

    guide = assembled({g.id: g for g in shipped_guides()}).get(guide_id)
    if guide is None:
        console.print(f"no guide {guide_id!r}", style="red", highlight=False)
        raise typer.Exit(1)
    console.print(yaml.safe_dump(guide.document(), allow_unicode=True, sort_keys=False), markup=False, highlight=False)


@guides_app.command("review")
def guides_review(
    page: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="The page to renew.")] = Path("docs/knowledge-review.md"),
    write: Annotated[bool, typer.Option("--write", help="Write the page; otherwise only say whether it is up to date.")] = False,
) -> None:
    """What the authority has to decide about the shipped guides: their doubts, and facts that are not published."""
    from knowledge.guidance.bundles import assembled
    from knowledge.guidance.review import review_page
    from knowledge.schema.library import shipped_guides

    before = page.read_text(encoding="utf-8")
    after = review_page(before, assembled({g.id: g for g in shipped_guides()}).values())
    if write:
        page.write_text(after, encoding="utf-8")
    elif after != before:
        console.print(f"{page} is out of date; run with --write", style="red", highlight=False)
        raise typer.Exit(1)


@index_app.command("build")
def index_build(
    force: Annotated[bool, typer.Option("--force", help="Build again even if the index is there.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing.")] = False,
    published: Annotated[bool, typer.Option("--published", help="Only what is published already; do not load the shipped guides.")] = False,
) -> None:
    """Publish the shipped guides that changed, and build the index of the newest edition."""
    from common.settings import settings
    from knowledge.index.rebuild import ensure_index

    guides = published_guides(load=not published)
    with progress_bars(quiet) as report:
        fingerprint = ensure_index(guides, settings(), force=force, report=report)
    if not quiet:
        console.print(f"index {fingerprint} is ready ({len(guides)} guides)", style="green", highlight=False)


@index_app.command("prepare")
def index_prepare() -> None:
    """Build the index of the shipped guides ahead of time; needs no database. A first start then finds it."""
    from common.settings import settings
    from knowledge.index.rebuild import ensure_index
    from knowledge.model import PublishedGuide, put_together
    from knowledge.schema.library import shipped_guides

    guides = put_together({g.id: PublishedGuide(g.id, 1, g) for g in shipped_guides()})
    with progress_bars() as report:
        fingerprint = ensure_index(list(guides.values()), settings(), report=report)
    console.print(f"index {fingerprint} is ready", style="green", highlight=False)


@index_app.command("adapt")
def index_adapt(
    out: Annotated[Path | None, typer.Option(dir_okay=False, help="Where to write it; what is shipped is renewed when left out.")] = None,
    without: Annotated[float, typer.Option(min=0, max=0.9, help="Share of the items not to teach; to measure what becomes of new ones.")] = 0.0,
    epochs: Annotated[int | None, typer.Option(min=1, help="How often each question is seen.")] = None,
) -> None:
    """Teach the bundled encoder our questions anew (ADR 15): half an hour on two cores. Needed after many new questions, not after new guides."""
    from common.settings import settings
    from knowledge.adaptation.learning import EPOCHS
    from knowledge.adaptation.workshop import adapt_shipped
    from knowledge.index.adapted import SHIPPED

    with progress_bars() as report:
        learned = adapt_shipped(settings(), without=without, epochs=epochs or EPOCHS, report=report)
    learned.save(out or SHIPPED)
    console.print(f"{len(learned.items)} items, {len(learned.taught)} questions → {out or SHIPPED}", style="green", highlight=False)


@app.command()
def search(
    query: Annotated[str | None, typer.Argument(help="A question; asked for again and again when left out.")] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Read one question a line on stdin, print one JSON object a line.")] = False,
    region: Annotated[str | None, typer.Option(help="A region's code or name (番禺区).")] = None,
    top_k: Annotated[int, typer.Option(min=1, max=50, help="How many guides at most.")] = 10,
) -> None:
    """Search the guides as the assistant does."""
    from common.settings import settings
    from knowledge.schema.regions import region_code

    searcher = _searcher(quiet=jsonl)
    where = region_code(region) or settings().region
    if jsonl:
        for line in sys.stdin:
            if line.strip():
                found = searcher.search(line.strip(), region=where, top_k=top_k)
                print(json.dumps({"query": line.strip(), **found.public()}, ensure_ascii=False), flush=True)
        return
    for asked in [query] if query else _asked():
        _show(searcher.search(asked, region=where, top_k=top_k))


def published_guides(*, load: bool) -> list[PublishedGuide]:
    """The guides of the newest edition; with ``load``, after publishing what is shipped and has changed."""
    from common.database import Database
    from common.settings import settings
    from knowledge.model import PublishedGuide, put_together
    from knowledge.schema.guide import Guide
    from knowledge.workflow import store
    from knowledge.workflow.shipping import load_shipped

    async def read() -> list[PublishedGuide]:
        database = Database(settings().database_url or "", pool_size=2)
        try:
            if load:
                await load_shipped(database)
            async with database.begin() as connection:
                rows = await store.published(connection)
            written = {r.guide_id: PublishedGuide(r.guide_id, r.version, Guide.model_validate(r.document), r.effective_from) for r in rows}
            return list(put_together(written).values())
        finally:
            await database.close()

    guides = asyncio.run(read())
    if not guides:
        console.print("nothing is published", style="red")
        raise typer.Exit(1)
    return guides


def _searcher(*, quiet: bool) -> Searcher:
    from common.settings import settings
    from knowledge.index.files import IndexFolder
    from knowledge.index.holder import IndexHolder
    from knowledge.index.rebuild import ensure_index

    guides = published_guides(load=True)
    with progress_bars(quiet) as report:
        fingerprint = ensure_index(guides, settings(), report=report)
    return IndexHolder(settings().encoder).load(IndexFolder.of_home(settings().home), fingerprint, guides)


@contextmanager
def progress_bars(quiet: bool = False) -> Iterator[Report]:
    """One bar per stage of a long work, on stderr."""
    columns = (TextColumn("{task.description:10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=quiet) as progress:
        tasks: dict[str, int] = {}

        def report(stage: str, done: int, of: int) -> None:
            if stage not in tasks:
                tasks[stage] = progress.add_task(stage, total=of)
            progress.update(tasks[stage], completed=done, total=of)  # type: ignore[arg-type]

        yield report


def _asked() -> Iterator[str]:
    while True:
        try:
            line = console.input("[bold]? [/bold]").strip()
        except (EOFError, KeyboardInterrupt):
            return
        if line:
            yield line


def _show(found: SearchResult) -> None:
    verdict = Text("answerable", "green") if found.answerable else Text("no answer", "yellow")
    console.print(Text.assemble(verdict, f"  {found.confidence:.2f}  {found.took_ms:.1f} ms"))
    table = Table("score", "guide", "region", "section", "passage")
    for hit in found.results:
        table.add_row(f"{hit.score:.3f}", f"{hit.name}\n[dim]{hit.guide_id}[/dim]", hit.region, hit.passage.section, hit.passage.text[:80])
    console.print(table)


if __name__ == "__main__":
    app()
