"""``bangban notices``: what could not be sent, whether the ways work, the texts to have approved, and the switch of each way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from channels.base import Finding
    from services.bootstrap import Services

app = typer.Typer(no_args_is_help=True, help="Notices by SMS, e-mail and the like.")
_BY = "cli"  # whose name stands on the audit trail
Way = Annotated[str, typer.Argument(help="A way: sms, email …")]


@app.command("list")
def show(
    state: Annotated[str, typer.Option(help="dead, waiting, nowhere, expired, withdrawn or sent.")] = "dead",
    limit: Annotated[int, typer.Option(min=1, max=10000)] = 100,
) -> None:
    """List notices, newest first: id, kind, state, way, tries, why, since when; separated by tabs. Neither persons nor words."""
    for n in _with_services(lambda services: services.notices.outbox.list(states=[_state(state)], limit=limit)):
        typer.echo("\t".join([n.id, n.kind, n.state, n.way or "-", str(n.attempts), n.reason or "-", f"{n.created_at:%Y-%m-%dT%H:%MZ}"]))


@app.command("retry")
def retry(
    notice_id: Annotated[str | None, typer.Argument(help="One dead letter.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
) -> None:
    """Try dead letters anew that are not out of date. One whose outcome was open goes by the same way and key, so that it is not told twice."""
    if (notice_id is None) is not everything:
        typer.secho("name one notice, or say --all", fg="red", err=True)
        raise typer.Exit(2)
    from services.notices.errors import NoticeUnknown

    try:
        revived = _with_services(lambda services: services.notices.outbox.retry(notice_id=notice_id))
    except NoticeUnknown:
        typer.secho(f"no dead letter that can still be sent: {notice_id}", fg="red", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{revived} to be tried again")


@app.command("check")
def check() -> None:
    """Look at each way's settings and ask whether its provider or server is reached; nothing is sent, no secret printed. Exit code 1 if something is
    wrong."""
    found: list[Finding] = _with_services(_checked)
    for finding in found:
        line = f"{'ok ' if finding.ok else 'BAD'} {finding.what}" + (f" — {finding.detail}" if finding.detail else "")
        typer.secho(line, fg=None if finding.ok else "red")
    raise typer.Exit(0 if all(finding.ok for finding in found) else 1)


@app.command("templates")
def templates() -> None:
    """Print the SMS templates as they are sent in for approval: kind and text, separated by a tab."""
    from channels.notices.sms_text import book

    for kind, text in book()["templates"].items():
        typer.echo(f"{kind}\t{text}")


@app.command("stop")
def stop(way: Way) -> None:
    """Send nothing through a way, within two seconds and over restarts; notices take another way or wait."""
    _with_services(lambda services: services.deliveries.stops.stop(channel=_known(way), by=_BY))
    typer.echo(f"stopped {way}")


@app.command("start")
def start(way: Way) -> None:
    """Let a stopped way go on."""
    lifted = _with_services(lambda services: services.deliveries.stops.start(channel=_known(way), by=_BY))
    typer.echo(f"started {way}" if lifted else f"{way} was not stopped")


def _state(name: str) -> Any:
    from typing import get_args

    from services.notices.model import State

    if name not in get_args(State):
        typer.secho(f"no such state: {name} (there are {', '.join(get_args(State))})", fg="red", err=True)
        raise typer.Exit(1)
    return name


def _known(way: str) -> str:
    from channels.notices.registry import WAYS

    if way not in WAYS:
        typer.secho(f"no such way: {way} (there are {', '.join(WAYS)})", fg="red", err=True)
        raise typer.Exit(1)
    return way


async def _checked(services: Services) -> list[Finding]:
    from channels.base import Finding
    from channels.notices.registry import WAYS

    found: list[Finding] = []
    for name, make in WAYS.items():
        try:
            way = make(services.settings, services, {})
        except ValueError as error:
            found.append(Finding(f"{name}: settings", False, str(error)))
            continue
        if way is None:
            found.append(Finding(f"{name}: settings", True, "off: not configured"))
            continue
        try:
            found += await way.check() if hasattr(way, "check") else []
        finally:
            await way.close()
    return found


def _with_services(work: Callable[[Services], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        from common.settings import settings
        from services.bootstrap import channel_services

        async with channel_services(settings()) as services:
            return await work(services)

    return asyncio.run(run())
