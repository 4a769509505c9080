"""``bangban doctor``"""

from __future__ import annotations

import typer
from rich.console import Console
from rich.table import Table

app = typer.Typer()
_SIGNS = {"ok": "[green]✓[/green]", "note": "[yellow]![/yellow]", "bad": "[red]✗[/red]"}


@app.command()
def doctor() -> None:
    """Look at everything the system needs; for each thing that is wrong, say the command that mends it. Exit code 1 if something is."""
    from bangban.doctor import examine

    console = Console()
    table = Table(show_header=False, box=None, pad_edge=False)
    findings = []
    with console.status("Looking…"):
        findings = list(examine())
    for finding in findings:
        mending = f"\n[bold]→ {finding.mending}[/bold]" if finding.mending else ""
        table.add_row(_SIGNS[finding.state], finding.what, f"{finding.detail}{mending}")
    console.print(table)
    bad = sum(finding.state == "bad" for finding in findings)
    console.print(f"{bad} thing{'s' if bad != 1 else ''} to mend." if bad else "Everything is in order.", style="red" if bad else "green")
    raise typer.Exit(1 if bad else 0)
