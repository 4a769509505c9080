"""``bangban channels``: what is configured, whether it works, and the kill switch of each channel."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from channels.base import Finding
    from services.bootstrap import Services

app = typer.Typer(no_args_is_help=True, help="Channels: what is configured, whether it works, and their kill switches.")
_BY = "cli"  # whose name stands on the audit trail
Name = Annotated[str, typer.Argument(help="A channel: wechat_oa, miniprogram, wecom_kf, webhook …")]


@app.command("list")
def show() -> None:
    """List the channels: name, on, off (not configured) or stopped, and how many citizens are owed messages, separated by tabs."""
    for line in _with_services(_listed):
        typer.echo(line)


@app.command("check")
def check(name: Annotated[str | None, typer.Argument(help="Only this one.")] = None) -> None:
    """Look at each channel's settings, let it prove its signature on itself, and ask whether its platform is reached; no secret is printed.
    Exit code 1 if something is wrong."""
    found: list[tuple[str, Finding]] = _with_services(lambda services: _checked(services, name))
    for channel, finding in found:
        line = f"{'ok ' if finding.ok else 'BAD'} {channel}: {finding.what}" + (f" — {finding.detail}" if finding.detail else "")
        typer.secho(line, fg=None if finding.ok else "red")
    raise typer.Exit(0 if all(finding.ok for _, finding in found) else 1)


@app.command("stop")
def stop(name: Name) -> None:
    """Take nothing in and send nothing through a channel, within two seconds and over restarts; what is owed is kept."""
    _with_services(lambda services: services.deliveries.stops.stop(channel=_known(name), by=_BY))
    typer.echo(f"stopped {name}")


@app.command("start")
def start(name: Name) -> None:
    """Let a stopped channel go on; what was kept is sent."""
    lifted = _with_services(lambda services: services.deliveries.stops.start(channel=_known(name), by=_BY))
    typer.echo(f"started {name}" if lifted else f"{name} was not stopped")


def _known(name: str) -> str:
    from channels.registry import MAKERS

    if name not in MAKERS:
        typer.secho(f"no such channel: {name} (there are {', '.join(MAKERS)})", fg="red", err=True)
        raise typer.Exit(1)
    return name


async def _listed(services: Services) -> list[str]:
    from channels.registry import MAKERS

    stopped, owed = await services.deliveries.stops.all(), await services.deliveries.owed()
    lines = []
    for name in MAKERS:
        channel, problem = _made(services, name)
        state = "stopped" if name in stopped else "misconfigured" if problem else "on" if channel else "off"
        lines.append(f"{name}\t{state}\t{owed.get(name, 0)}")
        if channel:
            await channel.close()
    return lines


async def _checked(services: Services, only: str | None) -> list[tuple[str, Finding]]:
    from channels.base import Finding
    from channels.registry import MAKERS

    found: list[tuple[str, Finding]] = []
    for name in [_known(only)] if only else MAKERS:
        channel, problem = _made(services, name)
        if channel is None:
            found.append((name, Finding("settings", problem is None, problem or "off: not configured")))
            continue
        try:
            found += [(name, finding) for finding in await channel.check()]
        finally:
            await channel.close()
    return found


def _made(services: Services, name: str) -> tuple[Any, str | None]:
    """The channel, and what is wrong with its settings; neither when it is off."""
    from channels.registry import MAKERS

    try:
        return MAKERS[name](services.settings, services), None
    except ValueError as error:
        return None, str(error)


def _with_services(work: Callable[[Services], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        from common.settings import settings
        from services.bootstrap import channel_services

        async with channel_services(settings()) as services:
            return await work(services)

    return asyncio.run(run())
