"""What the commands about channels and about ways of notices share: the services of one call, findings as lines, names, and kill switches."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from channels.base import Finding
    from services.bootstrap import Services

_BY = "cli"  # whose name stands on the audit trail


def with_services(work: Callable[[Services], Awaitable[Any]]) -> Any:
    """What ``work`` gives, done with the services that channels need."""

    async def run() -> Any:
        from common.settings import settings
        from services.bootstrap import channel_services

        async with channel_services(settings()) as services:
            return await work(services)

    return asyncio.run(run())


async def findings_of(make: Callable[[], Any]) -> list[Finding]:
    """What a channel or a way says of itself: that its settings are wrong, that it is off, or what its ``check`` has found. It is closed."""
    from channels.base import Finding

    try:
        made = make()
    except ValueError as error:
        return [Finding("settings", False, str(error))]
    if made is None:
        return [Finding("settings", True, "off: not configured")]
    try:
        return list(await made.check()) if hasattr(made, "check") else []
    finally:
        await made.close()


def report(found: Sequence[tuple[str, Finding]]) -> None:
    """A line for each finding behind the name it is about; ends the command, with exit code 1 if something is wrong."""
    for name, finding in found:
        about = finding.what if finding.what.startswith(f"{name}: ") else f"{name}: {finding.what}"
        line = f"{'ok ' if finding.ok else 'BAD'} {about}" + (f" — {finding.detail}" if finding.detail else "")
        typer.secho(line, fg=None if finding.ok else "red")
    raise typer.Exit(0 if all(finding.ok for _, finding in found) else 1)


def one_of(names: Collection[str], name: str, *, what: str) -> str:
    """The name, if there is such a one; else a word on standard error and exit code 1."""
    if name not in names:
        typer.secho(f"no such {what}: {name} (there are {', '.join(names)})", fg="red", err=True)
        raise typer.Exit(1)
    return name


def stop(name: str) -> None:
    """Throws the kill switch of a channel or a way."""
    with_services(lambda services: services.deliveries.stops.stop(channel=name, by=_BY))
    typer.echo(f"stopped {name}")


def start(name: str) -> None:
    lifted = with_services(lambda services: services.deliveries.stops.start(channel=name, by=_BY))
    typer.echo(f"started {name}" if lifted else f"{name} was not stopped")
