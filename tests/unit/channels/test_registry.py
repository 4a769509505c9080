"""A channel without settings is off: its callback says so kindly, and health calls it off."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from sanic import Request, Sanic
from sanic.response import HTTPResponse, text

from bangban.stores.ports import free_port
from channels import callbacks
from channels.registry import MAKERS, open_channels, states
from common.ids import new_id
from common.settings import Settings
from common.web import install_errors


class Loud:
    name = "wechat_oa"

    async def callback(self, request: Request) -> HTTPResponse:
        return text(f"{request.method} heard")

    def state(self) -> str:
        return "ok"


class Stopped:
    def __init__(self, *names: str):
        self.names = frozenset(names)

    async def all(self) -> frozenset[str]:
        return self.names


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = Sanic(new_id("test"), configure_logging=False)
    app.config.TOUCHUP = False
    install_errors(app)
    app.blueprint(callbacks.blueprint)
    app.ctx.channels = {"wechat_oa": Loud(), "miniprogram": Loud()}
    app.ctx.services = SimpleNamespace(deliveries=SimpleNamespace(stops=Stopped("miniprogram")))
    port = free_port()
    server = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False)
    await server.startup()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}/channels", trust_env=False) as made:
        yield made
    server.close()
    await server.wait_closed()
    Sanic._app_registry.pop(app.name, None)


async def test_a_channel_that_is_off_says_so(client: httpx.AsyncClient) -> None:
    for method, path in [("GET", "/wecom_kf/callback"), ("POST", "/wecom_kf/callback"), ("POST", "/webhook/hall")]:
        reply = await client.request(method, path)
        assert reply.status_code == 404 and reply.json()["error"]["code"] == "channel.off" and "还没有开通" in reply.json()["error"]["message"]


async def test_a_channel_that_was_stopped_takes_nothing_in(client: httpx.AsyncClient) -> None:
    reply = await client.post("/miniprogram/callback")
    assert reply.status_code == 503 and reply.json()["error"]["code"] == "channel.stopped" and "暂时停用" in reply.json()["error"]["message"]


async def test_a_channel_that_is_on_answers_itself(client: httpx.AsyncClient) -> None:
    assert [(await client.request(m, "/wechat_oa/callback")).text for m in ("GET", "POST")] == ["GET heard", "POST heard"]


def test_without_settings_every_channel_is_off() -> None:
    services: Any = SimpleNamespace()
    assert states(open_channels(Settings(), services)) == dict.fromkeys(MAKERS, "off")
    assert set(MAKERS) == {"wechat_oa", "miniprogram", "wecom_kf", "webhook"}
    assert states({"wechat_oa": Loud()})["wechat_oa"] == "ok"
