"""``/channels/…``: where the platforms call. One route per address of the contract, all of them answered by the channel of that name."""

from __future__ import annotations

from sanic import Blueprint, Request
from sanic.response import HTTPResponse

from channels.base import ChannelOff
from common.web import operation

blueprint = Blueprint("channel-callbacks", url_prefix="/channels")
_PLATFORMS = {"wechat_oa": "WeChat official account", "miniprogram": "WeChat mini program", "wecom_kf": "WeCom customer service"}


async def _passed_on(request: Request, name: str) -> HTTPResponse:
    """:raises ChannelOff: it is not configured here."""
    channel = request.app.ctx.channels.get(name)
    if channel is None:
        raise ChannelOff(fields={"channel": name})
    return await channel.callback(request)


def _add(name: str, platform: str) -> None:
    @operation(summary=f"{platform}: verification and messages", auth="platform", tag="channels", errors=(401, 404, 429))
    async def callback(request: Request) -> HTTPResponse:
        return await _passed_on(request, name)

    blueprint.add_route(callback, f"/{name}/callback", methods=["GET", "POST"], name=f"{name}_callback")


for _name, _platform in _PLATFORMS.items():
    _add(_name, _platform)


@blueprint.post("/webhook/<name:str>")
@operation(summary="Messages of another system, by the name it is configured under", auth="platform", tag="channels", errors=(401, 404, 429))
async def webhook(request: Request, name: str) -> HTTPResponse:
    return await _passed_on(request, "webhook")
