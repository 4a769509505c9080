"""The channels there are. A new one is its folder and one line here."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from typing import Any

from channels import webhook
from channels.base import Channel, Maker, State
from channels.miniprogram.channel import make as make_miniprogram
from channels.wechat_oa.channel import make as make_wechat_oa
from channels.wecom_kf.channel import make as make_wecom_kf
from common.settings import Settings
from services.bootstrap import Services

MAKERS: dict[str, Maker] = {
    "wechat_oa": make_wechat_oa,
    "miniprogram": make_miniprogram,
    "wecom_kf": make_wecom_kf,
    "webhook": webhook.make,
}


def open_channels(config: Settings, services: Services) -> dict[str, Channel]:
    """Those that are configured, by name."""
    made = {name: make(config, services) for name, make in MAKERS.items()}
    return {name: channel for name, channel in made.items() if channel is not None}


def background(channels: Mapping[str, Channel]) -> list[Coroutine[Any, Any, None]]:
    """What channels do beside the requests, for those that do; each runs for ever."""
    return [work() for channel in channels.values() if (work := getattr(channel, "background", None)) is not None]


def states(channels: Mapping[str, Channel]) -> dict[str, State]:
    """Of every channel of the contract, open or not."""
    return {name: channels[name].state() if name in channels else "off" for name in MAKERS}
