"""``bangban notices``: what could not be sent, whether the ways work, the texts to have approved, and the switch of each way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bangban.cli import findings

if TYPE_CHECKING:
    from channels.base import Finding
    from services.bootstrap import Services

app = typer.Typer(no_args_is_help=True, help="Notices by SMS, e-mail and the like.")
Way = Annotated[str, typer.Argument(help="A way: sms, email …")]


@app.command("list")
def show(
    state: Annotated[str, typer.Option(help="dead, waiting, nowhere, expired, withdrawn or sent.")] = "dead",
    limit: Annotated[int, typer.Option(min=1, max=10000)] = 100,
) -> None:
    """List notices, newest first: id, kind, state, way, tries, why, since when; separated by tabs. Neither persons nor words."""
    for n in findings.with_services(lambda services: services.notices.outbox.list(states=[_state(state)], limit=limit)):
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
        revived = findings.with_services(lambda services: services.notices.outbox.retry(notice_id=notice_id))
    except NoticeUnknown:
        typer.secho(f"no dead letter that can still be sent: {notice_id}", fg="red", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{revived} to be tried again")


@app.command("check")
def check() -> None:
    """Look at each way's settings and ask whether its provider or server is reached; nothing is sent, no secret printed. Exit code 1 if something is
    wrong."""
    findings.report(findings.with_services(_checked))


@app.command("templates")
def templates(
    traditional: Annotated[bool, typer.Option("--traditional", help="In traditional characters.")] = False,
) -> None:
    """Print the SMS templates as they are sent in for approval: the name for BANGBAN_SMS_TEMPLATES and the text, separated by a tab."""
    from channels.notices.sms import HANT
    from channels.notices.sms_text import book
    from channels.scripts import written

    with written("hant" if traditional else "hans"):
        for kind, text in book()["templates"].items():
            typer.echo(f"{kind}{HANT if traditional else ''}\t{text}")


@app.command("stop")
def stop(way: Way) -> None:
    """Send nothing through a way, within two seconds and over restarts; notices take another way or wait."""
    findings.stop(_known(way))


@app.command("start")
def start(way: Way) -> None:
    """Let a stopped way go on."""
    findings.start(_known(way))


def _state(name: str) -> Any:
    from typing import get_args

    from services.notices.model import State

    return findings.one_of(get_args(State), name, what="state")


def _known(way: str) -> str:
    from channels.notices.registry import WAYS

    return findings.one_of(WAYS, way, what="way")


async def _checked(services: Services) -> list[tuple[str, Finding]]:
    from channels.notices.registry import WAYS

    found: list[tuple[str, Finding]] = []
    for name, make in WAYS.items():
        said = await findings.findings_of(lambda make=make: make(services.settings, services, {}))  # type: ignore[misc]
        found += [(name, finding) for finding in said]
    return found
