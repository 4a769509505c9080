"""Commands over the knowledge: ``guides``, ``index`` and ``search``. Mounted in the ``bangban`` command line."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer
import yaml
from rich.console import Console
from rich.table import Table
from rich.text import Text

app = typer.Typer(no_args_is_help=True, help="Knowledge of the assistant.")
guides_app = typer.Typer(no_args_is_help=True, help="Guides (办事指南): check, list, show.")
app.add_typer(guides_app, name="guides")
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
    """One shipped guide as its readers get it: shared situations and fields filled in."""
    from knowledge.schema.library import shipped_guides

    guide = next((g for g in shipped_guides() if g.id == guide_id), None)
    if guide is None:
        console.print(f"no guide {guide_id!r}", style="red", highlight=False)
        raise typer.Exit(1)
    console.print(yaml.safe_dump(guide.document(), allow_unicode=True, sort_keys=False), markup=False, highlight=False)


if __name__ == "__main__":
    app()
