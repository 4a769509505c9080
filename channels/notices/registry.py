"""The ways there are to reach a citizen of our own accord. A new one is its module and one line here.

A way may stand on an open channel (subscription and template messages of WeChat): its maker is given the channels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from channels.base import Channel
from channels.miniprogram import subscribing
from channels.notices import mail, sms
from channels.wechat_oa import notifying
from common.settings import Settings
from services.bootstrap import Services
from services.notices.ports import Notifier

WayMaker = Callable[[Settings, Services, Mapping[str, Channel]], Notifier | None]  # nothing when its settings are absent

WAYS: dict[str, WayMaker] = {
    "sms": sms.make,
    "email": mail.make,
    "miniprogram": subscribing.make,
    "wechat_oa": notifying.make,
}


def open_ways(config: Settings, services: Services, channels: Mapping[str, Channel]) -> dict[str, Notifier]:
    """Those that are configured, by name. :raises ValueError: settings that contradict each other."""
    made = {name: make(config, services, channels) for name, make in WAYS.items()}
    return {name: way for name, way in made.items() if way is not None}
