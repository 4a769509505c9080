"""One part to one citizen by the customer-service API. What the account turns out to be unable to show is not tried again for a while.

Shapes: developers.weixin.qq.com/doc/service/api/customer/message/api_sendcustommessage. Refusals: a subscription account (订阅号) takes no
``msgmenu`` (40200, community/develop/doc/0008ca6e3405f880277c8b92051c00), a mini-program opens released pages only (40165, WxJava issue 396).
"""

from __future__ import annotations

import time
from collections.abc import Callable

from channels.base import CardPart, Forbidden, MenuPart, Part, PicturePart, Place, Refused, SendFailed
from channels.miniprogram.covers import Covers
from channels.pictures import drawn
from channels.wechat.api import PlatformApi, kind_of
from channels.wechat.media import Media
from channels.wechat_oa.catalogue import limits
from channels.wechat_oa.writing import customer_message, mini_card, picture_message
from services.bootstrap import Services

SEND = "/cgi-bin/message/custom/send"
_LOST = "40007"  # a media id that the platform does not know (any more)


class Sending:
    """``mini_program``: AppID of the one that the account's cards open, with ``covers`` as their picture."""

    def __init__(
        self, *, api: PlatformApi, media: Media, covers: Covers, mini_program: str | None, services: Services,
        clock: Callable[[], float] = time.monotonic,
    ):  # fmt: skip
        self._api, self._media, self._covers, self._mini_program, self._services = api, media, covers, mini_program, services
        self._clock, self._refused_until = clock, dict[str, float]()

    def shows(self, shape: str) -> bool:
        """Whether ``menu``, ``mini`` or ``picture`` may be tried."""
        possible = shape != "mini" or self._mini_program is not None
        return possible and self._refused_until.get(shape, 0.0) <= self._clock()

    async def send(self, place: Place, part: Part) -> None:
        """:raises SendFailed: as ``channels.base.Channel.send``."""
        match part:
            case CardPart() if part.mini and self.shows("mini") and (cover := await self._covers.get()):
                await self._mini(place, part, cover)
            case CardPart() if not part.url:
                raise Refused("address")
            case PicturePart():
                await self._picture(place, part)
            case MenuPart():
                await self._try("menu", customer_message(place.address, part))
            case _:
                await self._api.call(SEND, customer_message(place.address, part))

    async def _mini(self, place: Place, part: CardPart, cover: str) -> None:
        app_id = self._mini_program or ""
        try:
            await self._try("mini", mini_card(place.address, part, app_id=app_id, cover=cover))
        except Refused as error:
            if error.reason != _LOST:
                raise
            await self._covers.lost()
            if not (cover := await self._covers.get() or ""):
                raise
            await self._try("mini", mini_card(place.address, part, app_id=app_id, cover=cover))

    async def _picture(self, place: Place, part: PicturePart) -> None:
        """A picture that cannot be handed over is not waited for: its link says as much."""
        body = await drawn(self._services, part.page)
        try:
            media_id = await self._media.uploaded(body, name=f"{part.source}.png")
        except SendFailed as error:
            raise Refused(error.reason) from error
        await self._try("picture", picture_message(place.address, media_id))

    async def _try(self, shape: str, message: dict[str, object]) -> None:
        try:
            await self._api.call(SEND, message)
        except (Refused, Forbidden) as error:
            if error.reason.lstrip("-").isdigit() and kind_of(int(error.reason)) == "shape":
                self._refused_until[shape] = self._clock() + limits()["refused_s"]
            raise
