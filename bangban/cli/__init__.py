"""The ``bangban`` command. A command's module is imported when it is called, so that ``--help`` answers at once."""

from __future__ import annotations

import typer

from bangban.cli.lazy import LazyGroup, lazy

app = typer.Typer(
    cls=LazyGroup, no_args_is_help=True, add_completion=False, rich_markup_mode="rich", pretty_exceptions_show_locals=False,
    help="Bangban 帮办: a guided-service assistant for government services.",
)  # fmt: skip

# name, module:attribute, what --help says, and whether it needs the stores
LazyGroup.table = [
    lazy("up", "bangban.cli.up:app", "Start everything and keep it running."),
    lazy("doctor", "bangban.cli.doctor:app", "Say what is wrong and how to mend it."),
    lazy("migrate", "bangban.cli.migrate:app", "Bring the database to the newest shape.", stores=True),
    lazy("train", "bangban.cli.train:app", "Train the dialogue model, if anything it learns from has changed."),
    lazy("chat", "bangban.cli.chat:app", "Talk to the assistant in the terminal."),
    lazy("staff", "bangban.cli.staff:app", "Add, list and close accounts of the staff.", stores=True),
    lazy("wechat", "bangban.cli.wechat:app", "Push the Official Account's menu."),
    lazy("channels", "bangban.cli.channels:app", "What channels are configured, whether they work; stop and start them.", stores=True),
    lazy("demo", "bangban.cli.demo:app", "Try the product against a WeChat of its own, with phones on a page."),
    lazy("notices", "bangban.cli.notices:app", "SMS and e-mail: what could not be sent, whether the ways work.", stores=True),
    lazy("search", "knowledge.cli:app/search", "Search the guides.", stores=True),
    lazy("guides", "knowledge.cli:app/guides", "Check, list and show guides."),
    lazy("index", "knowledge.cli:app/index", "Build the search index.", stores=True),
    lazy("eval", "knowledge.cli:app/eval", "Measure search on frozen questions.", stores=True),
]


@app.callback()
def main() -> None:
    """Only here so that the application is a group."""
