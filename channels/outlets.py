"""A channel as the delivery worker sees it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import partial

import structlog
from prometheus_client import Counter

from channels.base import Capabilities, CardPart, Channel, Forbidden, MenuChoice, MenuPart, Part, PicturePart, Place, Refused, TextPart
from channels.rendering import plan
from channels.scripts import script_of, written
from channels.splitting import Limit
from services.deliveries.service import Outlet, Parked
from services.messages.model import Message

log = structlog.get_logger(__name__)
PLAINER = Counter("bangban_channel_plainer", "Cards, pictures and menus that the platform refused and took as a text", ["channel", "part", "reason"])


class Outgoing:
    """Renders by the channel's capabilities and sends through it."""

    def __init__(self, channel: Channel, *, public_url: str | None = None):
        self._channel, self._public_url = channel, public_url

    def pushes(self, account: str) -> bool:
        return self._channel.capabilities(account).push

    def plan(self, *, account: str, messages: Sequence[Message], room: int | None) -> list[Part]:
        """What the channel adds is in the script of what it is added to."""
        page_url = getattr(self._channel, "page_url", None)
        with written(script_of(messages)):
            return plan(
                messages, capabilities=self._channel.capabilities(account), room=room, public_url=self._public_url,
                page_url=partial(page_url, account, self._public_url) if page_url is not None and self._public_url else None,
            )  # fmt: skip

    async def send(self, *, place: Place, part: Part) -> None:
        """What the platform will not take in its form is sent as a text, once; a card that only added to an answer is left out."""
        try:
            await self._channel.send(place=place, part=part)
        except (Refused, Forbidden) as error:
            plain = plainer(part, self._channel.capabilities(place.account))
            if plain is None and isinstance(part, CardPart | PicturePart):
                raise Refused(error.reason) from None
            if plain is None:
                raise
            log.warning("channel.part.plainer", channel=place.channel, part=part.kind, reason=error.reason[:40])
            await self._channel.send(place=place, part=plain)
            PLAINER.labels(place.channel, part.kind, error.reason[:40]).inc()

    async def knock(self, *, place: Place, why: Parked) -> None:
        knock = getattr(self._channel, "knock", None)
        if knock is not None:
            await knock(place=place, why=why)


def plainer(part: Part, can: Capabilities) -> TextPart | None:
    """The part as a text that says as much, under a key of its own; None where there is none, or it would be too long."""
    match part:
        case CardPart() | PicturePart():
            texts, choices = [part.instead], list[MenuChoice]()
        case MenuPart():
            entries = [f"{c.number}. {c.label}" if c.number is not None else f"· {c.label}" for c in part.choices]
            texts, choices = [_lines(part.head, *entries, part.tail)], part.choices
            if part.tail and not any(c.number for c in part.choices):  # it says how to choose in words
                texts.append(_lines(part.head, part.tail))
        case _:
            return None
    limit = Limit(can.text_bytes, None if can.text_bytes else can.text_chars)
    text = next((text for text in texts if text and limit.fits(text)), None)
    if text is None:
        return None
    key = hashlib.sha256(f"{part.key}:text".encode()).hexdigest()[:32]
    return TextPart(text=text, choices=choices, upto=part.upto, whole=part.whole, key=key, purpose=part.purpose)


def _lines(*lines: str) -> str:
    return "\n".join(filter(None, lines))


def outlets(channels: Mapping[str, Channel], *, public_url: str | None = None) -> dict[str, Outlet]:
    """One for each channel that is on."""
    return {name: Outgoing(channel, public_url=public_url) for name, channel in channels.items()}
