"""Commands that are imported when they are called, not when they are listed."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any, ClassVar, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup


@dataclass(frozen=True)
class Entry:
    """``target`` is ``module:attribute`` of a :class:`typer.Typer`; with ``/name`` behind it, that command inside it."""

    name: str
    target: str
    help: str
    stores: bool


def lazy(name: str, target: str, help: str, *, stores: bool = False) -> Entry:
    """One line of the table of commands; ``stores`` gives the command a running, migrated database."""
    return Entry(name, target, help, stores)


class LazyGroup(TyperGroup):
    """Lists its ``table`` from the help texts there and loads the real command only to run it."""

    table: ClassVar[list[Entry]] = []

    def list_commands(self, ctx: typer.Context) -> list[str]:
        return [entry.name for entry in self.table]

    def get_command(self, ctx: typer.Context, cmd_name: str) -> TyperCommand | None:
        entry = self._entry(cmd_name)
        return TyperCommand(entry.name, help=entry.help) if entry else None

    def resolve_command(self, ctx: typer.Context, args: list[str]) -> tuple[Any, Any, list[str]]:
        name, _, rest = super().resolve_command(ctx, args)
        entry = self._entry(name)
        return name, load(entry, ctx) if entry else None, rest

    def _entry(self, name: str | None) -> Entry | None:
        return next((entry for entry in self.table if entry.name == name), None)


def load(entry: Entry, ctx: typer.Context) -> TyperCommand:
    """The real command. A part of the product that is not installed is a clear message, not a traceback."""
    place, _, inside = entry.target.partition("/")
    module, _, attribute = place.partition(":")
    try:
        command = typer.main.get_command(getattr(importlib.import_module(module), attribute))
    except ModuleNotFoundError as error:
        if error.name and not module.startswith(error.name):
            _refuse(f"`bangban {entry.name}` needs the module {error.name}, which is not installed: run `make setup`.")
        command = None
    if command and inside:
        command = command.get_command(ctx, inside)
    if command is None:
        _refuse(f"`bangban {entry.name}` is not part of this installation ({place} is missing).")
    command.name = entry.name
    if entry.stores:
        _give_stores(command)
    return command


def _refuse(message: str) -> NoReturn:
    typer.secho(message, fg="red", err=True)
    raise typer.Exit(1)


def _give_stores(command: TyperCommand) -> None:
    """Wraps every command that does something (never a group: its ``--help`` needs no database)."""
    if isinstance(command, TyperGroup):
        for inner in command.commands.values():
            _give_stores(inner)
        return
    work = command.invoke

    def invoke(ctx: typer.Context) -> Any:
        from bangban.cli.attach import attached

        with attached():
            return work(ctx)

    command.invoke = invoke  # type: ignore[method-assign]
