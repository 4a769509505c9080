"""What every channel beside the web page is: a name, a callback that its platform calls, and how it feels.

A channel without its settings does not exist in a process: its maker returns nothing, its callback answers ``channel.off``, and
``/healthz`` says ``off``, which is healthy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol

from sanic import Request
from sanic.response import HTTPResponse

from common.errors import NotFound
from common.settings import Settings
from services.bootstrap import Services

State = Literal["ok", "starting", "down", "off"]


class Channel(Protocol):
    """A configured channel. ``callback`` verifies the platform's signature before it believes anything."""

    name: str

    async def callback(self, request: Request) -> HTTPResponse:
        """Answers one call of the platform; errors in the envelope of the contract."""

    def state(self) -> State:
        """For ``/healthz``."""


Maker = Callable[[Settings, Services], Channel | None]  # nothing when its settings are absent


class ChannelOff(NotFound):
    """The channel has no settings here."""

    code = "channel.off"
