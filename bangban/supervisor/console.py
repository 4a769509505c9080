"""What an operator sees of the processes: a line per change and per warning, and the seconds while something still starts."""

from __future__ import annotations

import time

from rich.console import Console
from rich.markup import escape

from bangban.supervisor.output import worth_showing
from bangban.supervisor.part import State

_COLOURS = {State.READY: "green", State.DONE: "green", State.DOWN: "red", State.STARTING: "cyan", State.STOPPED: "dim"}


class SupervisorConsole:
    """Takes the supervisor's ``tell`` and ``show``."""

    def __init__(self, console: Console, *, verbose: bool = False):
        self.console = console
        self.verbose = verbose
        self._status = console.status("Starting…")
        self._starting: dict[str, float] = {}
        if console.is_terminal:
            self._status.start()

    def tell(self, name: str, state: State, detail: str) -> None:
        """A part has changed."""
        if state == State.STARTING:
            self._starting[name] = time.monotonic()
        else:
            self._starting.pop(name, None)
        self._line(name, f"[{_COLOURS.get(state, '')}]{state}[/]  [dim]{escape(detail)}[/dim]")
        self._refresh()

    def show(self, name: str, line: str) -> None:
        """A part has printed something."""
        text = line if self.verbose else worth_showing(line)
        if text is None and line.startswith(("could not start", "has not answered")):
            text = line
        if text:
            self._line(name, escape(text))

    def close(self) -> None:
        self._status.stop()

    def _line(self, name: str, markup: str) -> None:
        self.console.print(f"[dim]{time.strftime('%H:%M:%S')}[/dim] [bold]{name:<9}[/bold] {markup}", highlight=False, soft_wrap=True)

    def _refresh(self) -> None:
        if self._starting:
            self._status.update("Starting " + ", ".join(self._starting) + "…")
        else:
            self._status.stop()
