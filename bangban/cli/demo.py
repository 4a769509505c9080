"""``bangban demo``: the product tried against platforms of its own."""

from __future__ import annotations

import asyncio
import importlib
import os
import sys
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from bangban.demo.wechat.running import Addresses
    from common.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Try the product against platforms of its own.")


@app.callback()
def main() -> None:
    """Only here so that the application is a group."""


@app.command()
def wechat(
    port: Annotated[int, typer.Option(help="Of the page with the phones.")] = 8080,
    host: Annotated[str, typer.Option(help="Address of this machine; one that your phone reaches, to hold it in your hand.")] = "127.0.0.1",
    linked: Annotated[bool, typer.Option("--linked", help="The mini-program is linked to the Official Account: its cards are pages of it.")] = False,
) -> None:
    """Play WeChat: a platform like WeChat's, the product connected to it in safe mode, and phones on a page: the Official Account, verified
    and not, the mini-program's customer service and 微信客服. Beside a running product (the same BANGBAN_HOME) one gateway is added to it.
    Ctrl-C ends what was started."""
    from bangban.demo.wechat.catalogue import words
    from bangban.stores.ports import is_free

    console = Console(stderr=True)
    os.environ["BANGBAN_HOST"] = host
    config, beside = _config(console)
    _needs_a_checkout(console, words()["command"]["checkout"])
    if beside and (taken := _connected_elsewhere(config)):
        _refuse(console, f"The running product serves {', '.join(taken)} itself and would answer our phones by its own accounts: stop it first.")
    for wanted in [port] if beside else [port, config.port]:
        if not is_free(wanted, host):
            _refuse(console, f"Port {wanted} is taken by another program: choose another (--port, BANGBAN_PORT).")

    def ready(found: Addresses) -> None:
        _announce(console, found, words()["command"])

    _run(console, config, beside=beside, host=host, port=port, linked=linked, ready=ready)


def _config(console: Console) -> tuple[Settings, bool]:
    """The settings, and whether a product runs with this home. A product of our own plays the demo; one that runs stays what it is."""
    from pydantic import ValidationError

    from bangban.supervisor.lock import is_locked
    from common.settings import Settings, settings

    try:
        found = Settings()
        if found.env == "production":
            _refuse(console, "The demo is refused when BANGBAN_ENV=production.")
        beside = is_locked(found.home.resolve())
        if not beside:
            os.environ.setdefault("BANGBAN_DEMO", "1")
        settings.cache_clear()
        return settings(), beside
    except ValidationError as error:
        _refuse(console, "\n".join(str(problem["msg"]) for problem in error.errors()))


def _connected_elsewhere(config: Settings) -> list[str]:
    """Channels of ours that the running product is connected to already."""
    import httpx

    from bangban.supervisor.lock import lock_holder

    url = lock_holder(config.home.resolve()).get("url")
    try:
        parts = httpx.get(f"{url}/healthz", timeout=10, trust_env=False).json()["parts"] if url else {}
    except (httpx.HTTPError, ValueError, KeyError):
        return []
    return [name for name in ("wechat_oa", "miniprogram", "wecom_kf") if parts.get(name, "off") != "off"]


def _needs_a_checkout(console: Console, words: str) -> None:
    """The platform is the tests', and so is what it encrypts with."""
    from common.settings import ROOT

    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    try:
        importlib.import_module("tests.fakes.wechat")
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in ("tests", "wechatpy"):
            raise
        _refuse(console, f"{words}\n`bangban demo` needs a checkout with its development tools (run `make setup`): {error.name} is missing.")


def _run(console: Console, config: Settings, *, beside: bool, **given: Any) -> None:
    from bangban.cli.train import ensure_model
    from bangban.demo.wechat.running import run
    from bangban.supervisor.lock import AlreadyRunning, home_lock

    if beside:
        asyncio.run(run(config, beside=True, console=console, **given))
        return
    try:
        with home_lock(config.home.resolve(), url=f"http://{given['host']}:{config.port}"):
            if not ensure_model(console):
                raise typer.Exit(1)
            asyncio.run(run(config, beside=False, console=console, **given))
    except AlreadyRunning as running:
        _refuse(console, f"A product has just been started with this home (process {running.pid}): try again.")


def _announce(console: Console, found: Addresses, words: dict[str, str]) -> None:
    table = Table(title=words["title"], title_justify="left", show_header=False, box=None)
    table.add_row(words["phones"], f"[link={found.page}/]{found.page}/[/link]")
    for path in ("desk", "editor"):
        table.add_row(words[path], f"[link={found.product}/{path}/]{found.product}/{path}/[/link]")
    known = words["same"] if found.beside else words["given"] if os.environ.get("BANGBAN_DEMO_PASSWORD") else found.demo_password
    table.add_row(words["staff"], f"agent1, supervisor1 · {known}")
    console.print(table)


def _refuse(console: Console, message: str) -> NoReturn:
    console.print(message, style="red", markup=False, highlight=False)
    raise typer.Exit(1)
