"""Who may read ``/metrics``, and that a stopped channel is off and healthy."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import httpx
from pydantic import SecretStr
from sanic import Sanic

from bangban.health import Health
from bangban.metrics import metrics_route
from bangban.stores.ports import free_port
from channels.registry import MAKERS
from common.ids import new_id
from common.settings import Settings
from common.web import install_errors


@contextlib.asynccontextmanager
async def served(config: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async def count() -> None: ...

    app = Sanic(new_id("test"), configure_logging=False)
    app.config.TOUCHUP = False
    install_errors(app)
    metrics_route(app, config)
    counting = SimpleNamespace(worker=SimpleNamespace(count=count))
    app.ctx.services = SimpleNamespace(deliveries=counting, notices=counting)
    port = free_port()
    server = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False)
    assert server is not None
    await server.startup()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        yield client
    server.close()
    await server.wait_closed()
    Sanic._app_registry.pop(app.name, None)


async def test_without_a_token_only_this_machine_reads_them_and_nobody_through_a_proxy() -> None:
    async with served(Settings()) as client:
        found = await client.get("/metrics")
        assert found.status_code == 200 and "bangban_channel_sent_total" in found.text and found.headers["content-type"].startswith("text/plain")
        for header in ("X-Forwarded-For", "Forwarded"):
            assert (await client.get("/metrics", headers={header: "10.0.0.1"})).status_code == 401


async def test_with_a_token_whoever_has_it() -> None:
    async with served(Settings(metrics_token=SecretStr("a token"))) as client:
        assert (await client.get("/metrics", headers={"Authorization": "Bearer a token"})).status_code == 200
        for headers in ({}, {"Authorization": "Bearer another"}):
            assert (await client.get("/metrics", headers=headers)).status_code == 401


async def test_a_channel_that_was_stopped_is_off_which_is_healthy() -> None:
    class Stops:
        async def all(self) -> frozenset[str]:
            return frozenset({"webhook"})

    channel: Any = SimpleNamespace(state=lambda: "ok")
    services: Any = SimpleNamespace(deliveries=SimpleNamespace(stops=Stops()))
    health = Health(services, Settings(redis_url="redis://127.0.0.1:1/0"), {"webhook": channel, "wechat_oa": channel})
    assert await health._channel_states() == {**dict.fromkeys(MAKERS, "off"), "wechat_oa": "ok"}
    await health.close()
