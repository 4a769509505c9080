"""``bangban channels``: what is configured, whether it works, and the kill switch of each channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bangban.cli import findings

if TYPE_CHECKING:
    from channels.base import Finding
    from services.bootstrap import Services

app = typer.Typer(no_args_is_help=True, help="Channels: what is configured, whether it works, and their kill switches.")
Name = Annotated[str, typer.Argument(help="A channel: wechat_oa, miniprogram, wecom_kf, webhook …")]


@app.command("list")
def show() -> None:
    """List the channels: name, on, off (not configured) or stopped, and how many citizens are owed messages, separated by tabs."""
    for line in findings.with_services(_listed):
        typer.echo(line)


@app.command("check")
def check(name: Annotated[str | None, typer.Argument(help="Only this one.")] = None) -> None:
    """Look at each channel's settings, let it prove its signature on itself, and ask whether its platform is reached; no secret is printed.
    Exit code 1 if something is wrong."""
    findings.report(findings.with_services(lambda services: _checked(services, name)))


@app.command("stop")
def stop(name: Name) -> None:
    """Take nothing in and send nothing through a channel, within two seconds and over restarts; what is owed is kept."""
    findings.stop(_known(name))


@app.command("start")
def start(name: Name) -> None:
    """Let a stopped channel go on; what was kept is sent."""
    findings.start(_known(name))


def _known(name: str) -> str:
    from channels.registry import MAKERS

    return findings.one_of(MAKERS, name, what="channel")


async def _listed(services: Services) -> list[str]:
    from channels.registry import MAKERS

    stopped, owed = await services.deliveries.stops.all(), await services.deliveries.owed()
    lines = []
    for name, make in MAKERS.items():
        state, channel = "misconfigured", None
        try:
            channel = make(services.settings, services)
            state = "on" if channel else "off"
        except ValueError:
            pass
        lines.append(f"{name}\t{'stopped' if name in stopped else state}\t{owed.get(name, 0)}")
        if channel:
            await channel.close()
    return lines


async def _checked(services: Services, only: str | None) -> list[tuple[str, Finding]]:
    from channels.registry import MAKERS

    found: list[tuple[str, Finding]] = []
    for name in [_known(only)] if only else MAKERS:
        said = await findings.findings_of(lambda make=MAKERS[name]: make(services.settings, services))
        found += [(name, finding) for finding in said]
    return found
