"""Parts made ready to be sent: pictures handed to the platform first, and pages of the mini-program only where it may be opened.

What the account turns out to be unable to show is not tried again for a while.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import structlog

from channels.base import CardPart, Part, PicturePart, Refused, SendFailed
from channels.miniprogram.covers import Covers
from channels.pictures import drawn
from channels.wechat.media import Media
from channels.wecom_kf.catalogue import limits
from channels.wecom_kf.writing import written
from services.bootstrap import Services

log = structlog.get_logger(__name__)
_LOST = "40007"  # a media id that the platform does not know (any more)


class Showing:
    """``mini_program``: AppID of the one that cards open, bound (关联) to the corporation; ``covers``: the picture on cards."""

    def __init__(
        self, *, services: Services, media: Media, covers: Covers, mini_program: str | None, clock: Callable[[], float] = time.monotonic,
    ):  # fmt: skip
        self._services, self._media, self._covers, self._mini_program = services, media, covers, mini_program
        self._clock, self._refused_until = clock, 0.0

    @property
    def opens_mini(self) -> bool:
        """Whether pages of the mini-program may be tried."""
        return self._mini_program is not None and self._refused_until <= self._clock()

    async def ready(self, part: Part) -> dict[str, Any]:
        """``msgtype`` and its content. :raises Refused: it cannot be shown; a picture that cannot be handed over is not waited for."""
        match part:
            case PicturePart():
                body = await drawn(self._services, part.page)
                try:
                    return written(part, picture=await self._media.uploaded(body, name=f"{part.source}.png"))
                except SendFailed as error:
                    raise Refused(error.reason) from error
            case CardPart():
                cover = "" if part.source == "form" else await self._covers.get()
                return written(part, mini_program=(self._mini_program or "") if self.opens_mini else "", cover=cover or "")
        return written(part)

    async def refused(self, part: Part, body: dict[str, Any], reason: str) -> bool:
        """The platform would not take it: whether it is worth another try, made ready anew."""
        if isinstance(part, CardPart) and reason == _LOST:
            await self._covers.lost()
            return True
        if not opens(body):
            return False
        self._refused_until = self._clock() + limits()["refused_mini_s"]
        log.warning("wecom_kf.mini_program.refused", reason=reason[:40])  # bound to the corporation? An operator has to see to it
        return isinstance(part, CardPart) and bool(part.url)  # then its web page will do


def opens(body: dict[str, Any]) -> bool:
    """Whether this message opens a page of the mini-program."""
    return body["msgtype"] == "miniprogram" or any(entry["type"] == "miniprogram" for entry in body.get("msgmenu", {}).get("list", []))
