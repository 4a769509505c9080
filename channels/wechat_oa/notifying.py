"""Notices as template messages to followers, whenever they wrote last.

The platform takes one under a key and knows the key for ten minutes (``client_msg_id``); what it answers to a key it knows is documented
nowhere. So a refusal that means nothing to us, of a try after one that may have arrived, counts as "he has it": told once by this way is
better than by two. Whether it was delivered is said later (``TEMPLATESENDJOBFINISH``): see ``Notices.undelivered``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog

from channels.base import Channel, Gone, Place, Refused, SendFailed, TryLater
from channels.miniprogram.templates import Unfit
from channels.wechat.api import kind_of, not_soon, unsure
from channels.wechat.pages import mini_page
from channels.wechat_oa.catalogue import templates as catalogue
from channels.wechat_oa.channel import NAME, OfficialAccount
from channels.wechat_oa.templates import Template, template_message
from common.settings import Settings
from services.bootstrap import Services
from services.deliveries.service import Deliveries
from services.notices.ports import NotNow
from services.notices.service import Kind, Notice, said

log = structlog.get_logger(__name__)
_SEND = "/cgi-bin/message/template/send"


class TemplateMessages:
    """A :class:`~services.notices.ports.Notifier`."""

    name = NAME

    def __init__(self, *, channel: OfficialAccount, deliveries: Deliveries):
        self._channel, self._deliveries = channel, deliveries
        self._by_kind: dict[Kind, Template] = {kind: template for template in channel.templates.values() for kind in template.kinds}

    async def can_reach(self, *, person_id: str, kind: Kind) -> bool:
        return kind in self._by_kind and bool(await self._places(person_id))

    async def send(self, *, notice: Notice, key: str) -> str | None:
        """:raises TryLater, NotNow, Refused, Gone:"""
        template, places = self._by_kind.get(notice.kind), await self._places(notice.person_id)
        if template is None:
            raise Refused("template")
        if not places:
            raise Gone("left")
        place, page = places[0], said(notice).page
        app_id, path = self._channel.mini_program, mini_page(page)
        mini = {"appid": app_id, "pagepath": path} if app_id and path else None
        url = self._channel.page_url(place.account, self._channel.public_url, page) if self._channel.public_url else ""
        try:
            body = template_message(place.address, template, notice, key=key, url=url, mini=mini)
        except Unfit as error:
            log.error("wechat_oa.template.unfit", template=template.name, field=str(error))
            raise Refused("unfit") from None
        try:
            answer = await self._call(body)
        except SendFailed as error:
            return await self._refused(error, place, template, key)
        return str(answer["msgid"]) if "msgid" in answer else None

    async def _call(self, body: dict[str, Any]) -> Mapping[str, Any]:
        """A page of the mini-program that the account may not open is left for the web page."""
        try:
            return await self._channel.api.call(_SEND, body)
        except Refused as error:
            if "miniprogram" not in body or _kind(error) != "shape":
                raise
            log.warning("wechat_oa.template.without_mini", errcode=error.reason)
        return await self._channel.api.call(_SEND, {name: value for name, value in body.items() if name != "miniprogram"})

    async def _refused(self, error: SendFailed, place: Place, template: Template, key: str) -> None:
        """None: an earlier try that nobody knew of has arrived. :raises SendFailed: otherwise."""
        if isinstance(error, Refused):
            log.error("wechat_oa.template.refused", template=template.name, errcode=error.reason)  # 40037, 47003: ours to mend
            if _kind(error) == "unknown" and not await self._first_time(key):
                return
            raise error
        if unsure(error):
            await self._first_time(key)
        if isinstance(error, Gone):
            await self._deliveries.left(place=place)
            raise error
        if not_soon(error):
            raise NotNow(error.reason, after_s=catalogue()["not_now_s"]) from None
        if isinstance(error, TryLater):
            raise error
        raise Refused(error.reason) from None

    async def _first_time(self, key: str) -> bool:
        """Whether nothing is known yet of a try under this key that may have arrived."""
        return await self._deliveries.first_time(key=f"{NAME}:notice:{key}")

    async def shown(self, *, person_id: str) -> str | None:
        return catalogue()["shown"] if await self._places(person_id) else None

    async def _places(self, person_id: str) -> list[Place]:
        """Where he follows the account, as far as we know."""
        found = await self._deliveries.places_of(person_id=person_id, here=True)
        return sorted((p for p in found if p.channel == NAME), key=lambda p: (p.account, p.address))

    async def close(self) -> None:
        """The channel's connections are the channel's."""


def _kind(error: SendFailed) -> str:
    return kind_of(int(error.reason)) if error.reason.lstrip("-").isdigit() else ""


def make(_: Settings, services: Services, channels: Mapping[str, Channel]) -> TemplateMessages | None:
    """None where the account is off, not verified, or has no templates."""
    channel = channels.get(NAME)
    if not isinstance(channel, OfficialAccount) or not channel.verified or not channel.templates:
        return None
    return TemplateMessages(channel=channel, deliveries=services.deliveries)
