"""``bangban chat``: the assistant in a terminal, over the public API like any other channel."""

from __future__ import annotations

from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.markdown import Markdown
from rich.panel import Panel
from rich.prompt import Prompt
from rich.table import Table

from common.settings import settings

app = typer.Typer()
console = Console()
_BORDERS = {
    "notice": "red",
    "guide": "cyan",
    "materials": "green",
    "answer": "blue",
    "form": "magenta",
    "slots": "yellow",
    "appointment": "yellow",
    "case": "green",
}


@app.command()
def chat(
    citizen: Annotated[str | None, typer.Option(help="Sandbox citizen to speak as (demo mode), e.g. zhang-wei.")] = None,
    url: Annotated[str | None, typer.Option(help="Address of a running system.")] = None,
) -> None:
    """Talk to the running assistant. A number chooses a button; an empty line or Ctrl-D ends."""
    base = url or f"http://{settings().host}:{settings().port}"
    with httpx.Client(base_url=base, timeout=40, trust_env=False) as http:
        try:
            session = http.post("/api/chat/sessions", json={"sandbox_citizen": citizen} if citizen else {})
        except httpx.ConnectError:
            console.print(f"[red]Nothing answers at {base}; start it with `make run`.[/]")
            raise typer.Exit(1) from None
        if session.status_code != 201:
            console.print(session.json()["error"]["message"], style="red")
            raise typer.Exit(1)
        http.headers["Authorization"] = f"Bearer {session.json()['token']}"
        console.print(f"[dim]{session.json()['citizen']['display_name']}[/]")
        _talk(http)


def _talk(http: httpx.Client) -> None:
    buttons: list[str] = []
    while said := _read():
        body = {"payload": buttons[int(said) - 1]} if said.isdigit() and 0 < int(said) <= len(buttons) else {"text": said}
        with console.status("…"):
            response = http.post("/api/chat/messages", json=body)
        if response.status_code != 200:
            console.print(response.json()["error"]["message"], style="red")
            continue
        buttons = []
        for message in response.json()["messages"]:
            show(message, buttons)


def _read() -> str:
    try:
        return Prompt.ask("[bold]>[/]").strip()
    except (EOFError, KeyboardInterrupt):
        return ""


def show(message: dict[str, Any], buttons: list[str]) -> None:
    """Prints one message; its buttons are appended to ``buttons`` and get their numbers."""
    kind = message["type"]
    if kind == "materials":
        console.print(_materials(message))
    elif kind == "choices":
        console.print(Markdown(message["prompt"] or ""))
    elif kind != "item_list":
        console.print(Panel(message["text"], border_style=_BORDERS.get(kind, "dim"), title=message.get("name")))
    for option in message.get("choices") or message.get("items") or message.get("actions") or message.get("levels") or []:
        buttons.append(option["payload"])
        console.print(f"  [cyan]{len(buttons)}[/] {option.get('label') or option.get('name')}")
    for day in message.get("days") or []:
        for slot in [s for s in day["slots"] if s["left"] > 0][:4]:
            buttons.append(slot["payload"])
            console.print(f"  [cyan]{len(buttons)}[/] {day['date']} {day['weekday']} {slot['start'][11:16]} ({slot['left']})")


def _materials(message: dict[str, Any]) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 1))
    for number, line in enumerate(message["materials"], start=1):
        table.add_row(str(number), line["name"], line["kind"], "✓" if line["waived_by"] else "", line["note"] or "")
    return table
