"""A gateway's HTTP side for tests that bring the channels and services themselves."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import Any

from sanic import Blueprint, Sanic

from bangban.stores.ports import free_port
from common.errors import NotFound
from common.ids import new_id
from common.web import install_errors

GUIDES = {"shen-fen-zheng-bu-ling"}


@contextlib.asynccontextmanager
async def gateway(channels: Mapping[str, Any], services: Any, *blueprints: Blueprint, **context: Any) -> AsyncIterator[str]:
    """Its address while the context lasts."""
    app = Sanic(new_id("test"), configure_logging=False)
    app.config.TOUCHUP = False  # it rewrites Sanic's own classes, which works once in a process
    app.config.RESPONSE_TIMEOUT = 120
    install_errors(app)
    app.blueprint(list(blueprints))
    app.ctx.channels, app.ctx.services = channels, services
    for name, value in context.items():
        setattr(app.ctx, name, value)
    port = free_port()
    server: Any = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False)
    await server.startup()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.close()
        await server.wait_closed()
        Sanic._app_registry.pop(app.name, None)


class Recogniser:
    """Says what a test tells it to, or fails with it; not before its ``gate`` is open, where there is one."""

    said: Any = "我要补领身份证"
    gate: asyncio.Event | None = None
    asked = 0

    async def text(self, *, audio: bytes, media_type: str) -> str:
        self.asked += 1
        if self.gate is not None:
            await self.gate.wait()
        if isinstance(self.said, Exception):
            raise self.said
        return f"{self.said}"


class Guides:
    """``knowledge`` as far as a channel asks: whether there is such a guide."""

    def guide(self, guide_id: str) -> object:
        if guide_id not in GUIDES:
            raise NotFound
        return object()
