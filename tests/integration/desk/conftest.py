"""The desk API served on a free port, on a help desk with real stores."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import SimpleNamespace

import httpx
import pytest
from sanic import Sanic

from bangban.stores.ports import free_port
from common.clock import FixedClock
from common.database import Database
from common.ids import new_id
from common.vault import Vault
from common.web import install_errors
from desk import blueprints
from services.deliveries.service import Deliveries
from tests.fakes.help_desk import PASSWORD, HelpDesk


class Api:
    """``sign_in`` gives an HTTP client of that member of staff."""

    def __init__(self, desk: HelpDesk, port: int, deliveries: Deliveries):
        self.desk, self.port, self.deliveries = desk, port, deliveries
        self._clients: list[httpx.AsyncClient] = []

    def client(self, token: str | None = None) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        made = httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}/api/desk", headers=headers, trust_env=False, timeout=10)
        self._clients.append(made)
        return made

    async def token(self, username: str) -> str:
        return (await self.client().post("/login", json={"username": username, "password": PASSWORD})).json()["token"]

    async def sign_in(self, username: str, *, online: bool = True) -> httpx.AsyncClient:
        client = self.client(await self.token(username))
        if online:
            assert (await client.put("/presence", json={"state": "online", "capacity": 5})).status_code == 200
        return client

    async def close(self) -> None:
        for client in self._clients:
            await client.aclose()


@pytest.fixture
async def api(database: Database, clock: FixedClock, vault: Vault) -> AsyncIterator[Api]:
    desk = await HelpDesk(database, clock, vault).open()
    app = Sanic(new_id("test"), configure_logging=False)
    app.config.TOUCHUP = False  # it rewrites Sanic's own classes, which works once in a process
    install_errors(app)
    app.blueprint(blueprints)
    deliveries = Deliveries(database=database, vault=vault, clock=clock, conversations=desk.conversations, secrets=["test"], look_s=0.2)
    desk.conversations.runner.stored.append(deliveries.due)
    app.ctx.services = SimpleNamespace(
        clock=clock, staff=desk.staff, audit=desk.audit, tickets=desk.tickets, handoff=desk.handoff, ratings=desk.ratings,
        conversations=desk.conversations, events=desk.events, knowledge=desk.knowledge, deliveries=deliveries,
    )  # fmt: skip
    port = free_port()
    server = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False)
    await server.startup()
    await server.before_start()
    await server.after_start()
    made = Api(desk, port, deliveries)
    yield made
    await made.close()
    server.close()
    await server.wait_closed()
    await desk.close()
    Sanic._app_registry.pop(app.name, None)
