"""Starts the platform, the page, and the product connected to them; or, beside a product that runs, one gateway more."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

from bangban.cli.attach import forget_wiring, read_wiring, write_wiring
from bangban.demo.wechat.demo import Demo
from bangban.demo.wechat.server import listening, page_app, platform_app
from bangban.stores.ports import free_port
from bangban.supervisor.console import SupervisorConsole
from bangban.supervisor.environment import our_environment
from bangban.supervisor.part import Part
from bangban.supervisor.probes import answers
from bangban.supervisor.supervisor import Supervisor
from bangban.supervisor.system import assemble
from common.settings import ROOT, Settings

GATEWAY = [sys.executable, "-m", "bangban.demo.wechat.gateway"]
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True)
class Addresses:
    """Where people find the page and the product's own pages."""

    page: str
    product: str
    demo_password: str
    beside: bool


async def run(config: Settings, *, host: str, port: int, beside: bool, linked: bool, console: Console, ready: Callable[[Addresses], None]) -> None:
    """Until Ctrl-C. ``beside``: the home is held by a running product, whose stores and engine are used; only a gateway is added to it.
    ``linked``: the mini-program is linked to the Official Account."""
    product_port = free_port() if beside else config.port
    public_url, page_url, platform_port = f"http://{host}:{product_port}", f"http://{host}:{port}", free_port({port, product_port})
    demo, home = Demo(public_url=public_url, notices=not beside, linked=linked), config.home.resolve()
    platform_url = f"http://127.0.0.1:{platform_port}"
    extra = demo.accounts.environment(platform_url=platform_url, page_url=page_url, public_url=public_url)
    if linked:
        extra["BANGBAN_WECHAT_OA_MINIPROGRAM"] = demo.accounts.mini.app_id
    extra |= demo.inbox.environment(f"{platform_url}/sms")
    extra |= {"BANGBAN_HOST": host, "BANGBAN_PORT": str(product_port)}
    screen = SupervisorConsole(console)
    with _parts(config, home, extra, beside=beside) as (parts, password):
        async with AsyncExitStack() as stack:
            stack.push_async_callback(demo.close)
            await stack.enter_async_context(listening(platform_app(demo), host="127.0.0.1", port=platform_port))
            await stack.enter_async_context(listening(page_app(demo, hosts=_LOOPBACK | {host}), host=host, port=port))
            supervisor = Supervisor(parts, home=home / "demo" if beside else home, tell=screen.tell, show=screen.show)
            connecting: list[asyncio.Task[None]] = []
            told = Addresses(page_url, public_url, password, beside)
            try:
                await supervisor.run(when_ready=lambda: connecting.append(asyncio.create_task(_connected(demo, lambda: ready(told)))))
            finally:
                screen.close()
                for task in connecting:
                    task.cancel()
                await asyncio.gather(*connecting, return_exceptions=True)


async def _connected(demo: Demo, then: Callable[[], None]) -> None:
    await demo.connect()
    then()


@contextlib.contextmanager
def _parts(config: Settings, home: Path, extra: dict[str, str], *, beside: bool) -> Iterator[tuple[list[Part], str]]:
    """What is to be started, and the password of the demo's staff."""
    if beside:
        wiring = read_wiring(home)
        env = {**our_environment(wiring, home=str(home)), **extra, "BANGBAN_WORKER": "gateway-demo"}
        page = f"{extra['BANGBAN_PUBLIC_URL']}/healthz"
        yield [Part("gateway", GATEWAY, ROOT, env, ready=answers(page), hang_s=None)], wiring.demo_password
        return
    system = assemble(config)
    write_wiring(home, system.wiring)
    try:
        ours = [replace(p, command=GATEWAY, env={**p.env, **extra}) if p.name == "gateway" else p for p in system.parts]
        yield ours, system.wiring.demo_password
    finally:
        forget_wiring(home)
