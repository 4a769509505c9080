"""``bangban up``"""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

app = typer.Typer()
_PAGES = [("/", "citizens (H5)"), ("/desk/", "agents and supervisors"), ("/editor/", "knowledge editors"), ("/docs", "API")]
_CITIZENS = ["zhang-wei", "li-na", "chan-tai-man", "wang-guixiang"]
_STAFF = ["agent1", "agent2", "supervisor1", "editor1", "reviewer1", "admin1"]


@app.command()
def up(verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show every line the processes print.")] = False) -> None:
    """Start everything, watch it, start again what dies; Ctrl-C stops all. Logs: <home>/logs."""
    from pydantic import ValidationError

    from bangban.cli.train import ensure_model
    from bangban.stores.ports import is_free
    from bangban.supervisor.lock import AlreadyRunning, home_lock
    from common.settings import settings

    console = Console(stderr=True)
    try:
        chosen = settings()
    except ValidationError as error:
        _refuse(console, "\n".join(str(problem["msg"]) for problem in error.errors()))
    url = f"http://{chosen.host}:{chosen.port}"
    try:
        with home_lock(chosen.home.resolve(), url=url):
            if not is_free(chosen.port, chosen.host):
                _refuse(console, f"Port {chosen.port} is taken by another program. Stop it, or choose another: BANGBAN_PORT=8001 make run")
            if not ensure_model(console):
                raise typer.Exit(1)
            asyncio.run(_run(console, url, verbose))
    except AlreadyRunning as running:
        where = f" on {running.url}" if running.url else ""
        _refuse(
            console,
            f"Bangban is already running with this home{where} (process {running.pid}).\n"
            "Stop it first, or give this one another home: BANGBAN_HOME=…",
        )


async def _run(console: Console, url: str, verbose: bool) -> None:
    from bangban.cli.attach import forget_wiring, write_wiring
    from bangban.supervisor.console import SupervisorConsole
    from bangban.supervisor.supervisor import Supervisor
    from bangban.supervisor.system import assemble
    from common.settings import settings

    chosen = settings()
    system = assemble(chosen)
    write_wiring(chosen.home.resolve(), system.wiring)
    screen = SupervisorConsole(console, verbose=verbose)
    supervisor = Supervisor(system.parts, home=chosen.home.resolve(), tell=screen.tell, show=screen.show)
    try:
        await supervisor.run(when_ready=lambda: _announce(console, url, system.wiring.demo_password))
    finally:
        screen.close()
        forget_wiring(chosen.home.resolve())


def _announce(console: Console, url: str, demo_password: str) -> None:
    from common.settings import settings

    table = Table(title="Bangban 帮办 is ready", title_justify="left", show_header=False, box=None)
    for path, who in _PAGES:
        table.add_row(who, f"[link={url}{path}]{url}{path}[/link]")
    if settings().demo:
        table.add_row("sandbox citizens", ", ".join(_CITIZENS))
        table.add_row("staff", ", ".join(_STAFF))
        table.add_row("their password", "as set in BANGBAN_DEMO_PASSWORD" if settings().demo_password else demo_password)
    console.print(table)


def _refuse(console: Console, message: str) -> None:
    console.print(message, style="red", markup=False, highlight=False)
    raise typer.Exit(1)
