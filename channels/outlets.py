"""A channel as the delivery worker sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from channels.base import Channel, Part, Place
from channels.rendering import plan
from services.deliveries.service import Outlet, Parked
from services.messages.model import Message


class Outgoing:
    """Renders by the channel's capabilities and sends through it."""

    def __init__(self, channel: Channel, *, public_url: str | None = None):
        self._channel, self._public_url = channel, public_url

    def pushes(self, account: str) -> bool:
        return self._channel.capabilities(account).push

    def plan(self, *, account: str, messages: Sequence[Message], room: int | None) -> list[Part]:
        return plan(messages, capabilities=self._channel.capabilities(account), room=room, public_url=self._public_url)

    async def send(self, *, place: Place, part: Part) -> None:
        await self._channel.send(place=place, part=part)

    async def knock(self, *, place: Place, why: Parked) -> None:
        knock = getattr(self._channel, "knock", None)
        if knock is not None:
            await knock(place=place, why=why)


def outlets(channels: Mapping[str, Channel], *, public_url: str | None = None) -> dict[str, Outlet]:
    """One for each channel that is on."""
    return {name: Outgoing(channel, public_url=public_url) for name, channel in channels.items()}
