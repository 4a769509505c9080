"""``bangban staff``: accounts of agents, supervisors, editors, reviewers and administrators. Production ships none."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from services.staff.service import StaffService

app = typer.Typer(no_args_is_help=True, help="Accounts of agents, supervisors, editors, reviewers and administrators.")
_BY = "cli"  # whose name stands on the audit trail
Username = Annotated[str, typer.Argument(help="What the person signs in with.")]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input instead of asking.")]


@app.command("add")
def add(
    username: Username,
    name: Annotated[str, typer.Option(help="What citizens and colleagues read.")],
    role: Annotated[list[str], typer.Option(help="agent, supervisor, editor, reviewer or admin; may be given several times.")],
    password_stdin: FromStdin = False,
) -> None:
    """Add an account; asks for its password."""
    password = _password(password_stdin)
    made = _with_staff(lambda staff: staff.add(username=username, name=name, roles=role, password=password, by=_BY))
    typer.echo(f"added {made.username} ({', '.join(made.roles)})")


@app.command("list")
def show(closed: Annotated[bool, typer.Option("--closed", help="Those who have left.")] = False) -> None:
    """List the accounts: name to sign in with, name, roles, separated by tabs."""
    for person in _with_staff(lambda staff: staff.list(active=not closed)):
        typer.echo(f"{person.username}\t{person.name}\t{', '.join(person.roles)}")


@app.command("password")
def password(username: Username, password_stdin: FromStdin = False) -> None:
    """Give an account a new password; the person is signed out everywhere."""
    new = _password(password_stdin)

    async def change(staff: StaffService) -> None:
        await staff.set_password(staff_id=await _id_of(staff, username), password=new, by=_BY)

    _with_staff(change)


@app.command("close")
def close(username: Username) -> None:
    """Close an account; it stays on the record, and nobody can use it again."""

    async def end(staff: StaffService) -> None:
        await staff.close(staff_id=await _id_of(staff, username), by=_BY)

    _with_staff(end)


async def _id_of(staff: StaffService, username: str) -> str:
    from services.staff.errors import StaffUnknown

    found = next((s.id for s in await staff.list() if s.username == username), None)
    if found is None:
        raise StaffUnknown
    return found


def _password(from_stdin: bool) -> str:
    return sys.stdin.readline().rstrip("\n") if from_stdin else typer.prompt("Password", hide_input=True, confirmation_prompt=True)


def _with_staff(work: Callable[[StaffService], Awaitable[Any]]) -> Any:
    """Runs it on the database of the settings. A refusal is a sentence and exit code 1."""
    from common.errors import BangbanError

    try:
        return asyncio.run(_opened(work))
    except BangbanError as error:
        typer.secho(f"{error.envelope()['error']['message']} ({error.code})", fg="red", err=True)
        raise typer.Exit(1) from None


async def _opened(work: Callable[[StaffService], Awaitable[Any]]) -> Any:
    from common.settings import settings
    from services.bootstrap import staff_service

    async with staff_service(settings()) as staff:
        return await work(staff)
