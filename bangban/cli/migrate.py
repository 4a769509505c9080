"""``bangban migrate``"""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

app = typer.Typer()


@app.command()
def migrate(quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing when there is nothing to do.")] = False) -> None:
    """Bring the database to the newest shape: every package's migrations, under a lock, all or none."""
    from bangban.migrations import upgrade
    from common.settings import settings

    applied = upgrade(settings().database_url or "")
    console = Console(stderr=True)
    for revision in applied:
        console.print(f"applied [green]{revision}[/green]", highlight=False)
    if not applied and not quiet:
        console.print("The database is up to date.")
