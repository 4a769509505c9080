"""The gateway: one Sanic application with the channels, the desk, the public API and the pages."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

from sanic import Request, Sanic
from sanic.response import HTTPResponse

from bangban.health import Health
from bangban.metrics import metrics_route
from bangban.pages import mount_pages
from channels import callbacks
from channels.notices.registry import open_ways
from channels.outlets import outlets
from channels.registry import background, open_channels
from channels.web import chat, demo, mine, notices, public, wechat
from channels.wechat_oa import entering
from common import openapi
from common.limits import Limit
from common.logging import configure_logging
from common.settings import ROOT, Settings, settings
from common.web import install_errors, operation, reply
from desk import blueprints as desk_blueprints
from services.bootstrap import Services

MAX_REQUEST_BYTES = 9 * 1024 * 1024


def build_app(config: Settings) -> Sanic:
    """The whole application; its services are built when the loop runs."""
    app = Sanic("bangban", configure_logging=False)
    app.config.update(
        {
            "REQUEST_MAX_SIZE": MAX_REQUEST_BYTES,
            "KEEP_ALIVE_TIMEOUT": 75,
            "RESPONSE_TIMEOUT": 60,
            "REQUEST_TIMEOUT": 30,
            "FALLBACK_ERROR_FORMAT": "json",
        }
    )
    app.ctx.limits = {"chat": Limit(config.chat_per_minute), "search": Limit(config.search_per_minute), "sessions": Limit(config.sessions_per_minute)}
    install_errors(app)
    citizens = [chat.blueprint, wechat.blueprint, public.blueprint, mine.blueprint, notices.blueprint, demo.blueprint]
    app.blueprint([*citizens, callbacks.blueprint, entering.blueprint, *desk_blueprints])
    _system_routes(app)
    metrics_route(app, config)
    mount_pages(app, Path(ROOT) / "web")
    _lifecycle(app, config)
    return app


def _system_routes(app: Sanic) -> None:
    @app.get("/healthz")
    @operation(summary="Whether a citizen can be served", auth="public", tag="system", errors=(503,))
    async def healthz(request: Request) -> HTTPResponse:
        found = await request.app.ctx.health.parts()
        well = all(state in ("ok", "off") for state in found.values())
        return reply({"status": "ok" if well else "down", "parts": found}, 200 if well else 503)

    @app.get("/openapi.json")
    @operation(summary="This document", auth="public", tag="system")
    async def describe(request: Request) -> HTTPResponse:
        return reply(openapi.document(request.app, title="Bangban", version="1"))


def _lifecycle(app: Sanic, config: Settings) -> None:
    tasks: list[asyncio.Task[None]] = []

    @app.before_server_start
    async def start(app: Sanic) -> None:
        app.ctx.services = services = await Services.for_gateway(config)
        app.ctx.channels = channels = open_channels(config, services)
        app.ctx.ways = ways = open_ways(config, services, channels)
        app.ctx.health = Health(services, config, channels)
        sending = services.deliveries.run(outlets(channels, public_url=config.public_url))
        tasks.extend(asyncio.create_task(work) for work in (*services.background(), *background(channels), sending, services.notices.run(ways)))

    @app.before_server_stop
    async def stop(app: Sanic) -> None:
        for task in tasks:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)
        for opened in (*app.ctx.ways.values(), *app.ctx.channels.values()):
            await opened.close()
        await app.ctx.health.close()
        await app.ctx.services.close()


def main() -> None:
    config = settings()
    configure_logging("gateway", config.log_level)
    app = build_app(config)
    app.run(host=config.host, port=config.port, single_process=True, access_log=False, motd=False)


if __name__ == "__main__":
    main()
