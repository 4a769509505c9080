"""The platform's API over HTTP, on a port or in memory."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import AsyncIterator
from typing import Any

import httpx
from sanic import Request, Sanic
from sanic.response import HTTPResponse

from bangban.stores.ports import free_port
from tests.fakes.wechat.platform import Away, Platform


@contextlib.asynccontextmanager
async def served(platform: Platform, port: int | None = None) -> AsyncIterator[str]:
    """The address under which the platform answers while the context lasts."""
    app = Sanic(f"wechat-{secrets.token_hex(4)}", configure_logging=False)
    app.config.TOUCHUP = False
    app.config.REQUEST_MAX_SIZE = 12 * 1024 * 1024

    @app.route("/<path:path>", methods=["GET", "POST"])
    async def call(request: Request, path: str) -> HTTPResponse:
        query = {name: values[0] for name, values in request.args.items()}
        status, kind, body = await platform.answer(request.method, request.path, query, request.body)
        return HTTPResponse(body, status=status, content_type=kind)

    chosen = port or free_port()
    server: Any = await app.create_server(host="127.0.0.1", port=chosen, return_asyncio_server=True, access_log=False)
    await server.startup()
    try:
        yield f"http://127.0.0.1:{chosen}"
    finally:
        server.close()
        await server.wait_closed()
        await platform.pusher.close()
        Sanic._app_registry.pop(app.name, None)


def transport(platform: Platform) -> httpx.AsyncBaseTransport:
    """For an ``httpx.AsyncClient`` in the same process."""

    async def answer(request: httpx.Request) -> httpx.Response:
        try:
            status, kind, body = await platform.answer(request.method, request.url.path, dict(request.url.params), request.content)
        except Away:
            raise httpx.ConnectError("away", request=request) from None
        return httpx.Response(status, headers={"content-type": kind}, content=body)

    return httpx.MockTransport(answer)
