"""``/channels/…``: where the platforms call. One route per address of the contract, all of them answered by the channel of that name."""

from __future__ import annotations

from prometheus_client import Counter, Histogram
from sanic import Blueprint, Request
from sanic.response import HTTPResponse

from channels.base import ChannelOff, ChannelStopped
from common.errors import BangbanError
from common.web import operation

blueprint = Blueprint("channel-callbacks", url_prefix="/channels")
_PLATFORMS = {"wechat_oa": "WeChat official account", "miniprogram": "WeChat mini program", "wecom_kf": "WeCom customer service"}
REFUSED = Counter("bangban_channel_refused", "Callbacks that were refused, by the code of the refusal", ["channel", "code"])
TOOK = Histogram(
    "bangban_channel_callback_seconds", "From a callback to its acknowledgement", ["channel"], buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
)


async def _passed_on(request: Request, name: str) -> HTTPResponse:
    """A stopped channel takes nothing in. Where its platform would show the citizen an error page for that, the channel says it itself
    (``paused``); elsewhere the call is refused, so that the platform keeps it, tries again or says so in its own words.

    :raises ChannelOff: it is not configured here. :raises ChannelStopped: an operator stopped it.
    """
    channel = request.app.ctx.channels.get(name)
    if channel is None:
        raise ChannelOff(fields={"channel": name})
    stopped = name in await request.app.ctx.services.deliveries.stops.all()
    try:
        if stopped and not hasattr(channel, "paused"):
            raise ChannelStopped(fields={"channel": name})
        with TOOK.labels(name).time():
            return await (channel.paused(request) if stopped else channel.callback(request))
    except BangbanError as error:
        REFUSED.labels(name, error.code).inc()
        raise


def _add(name: str, platform: str) -> None:
    @operation(summary=f"{platform}: verification and messages", auth="platform", tag="channels", errors=(401, 404, 413, 422, 429, 503))
    async def callback(request: Request) -> HTTPResponse:
        return await _passed_on(request, name)

    blueprint.add_route(callback, f"/{name}/callback", methods=["GET", "POST"], name=f"{name}_callback")


for _name, _platform in _PLATFORMS.items():
    _add(_name, _platform)


@blueprint.post("/webhook/<name:str>")
@operation(
    summary="Messages of another system, by the name it is configured under", auth="platform", tag="channels",
    errors=(401, 404, 409, 413, 422, 429, 503),
)  # fmt: skip
async def webhook(request: Request, name: str) -> HTTPResponse:
    return await _passed_on(request, "webhook")
