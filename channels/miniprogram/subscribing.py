"""Notices as subscription messages, as many as the citizen has agreed to. ``POST /cgi-bin/message/subscribe/send``, which knows no idempotency
key: a permission is taken for a notice before it goes and given back when the platform says that nothing went; when nobody knows, the try
after it takes none, and a platform that then says "he wants none" has shown it before. A notice that is told at most once is not tried after it.
"""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from channels.base import Channel, Gone, Place, QuotaUsed, Refused, SendFailed, TryLater, WindowClosed
from channels.miniprogram.catalogue import templates as catalogue
from channels.miniprogram.channel import NAME, Miniprogram
from channels.miniprogram.templates import Template, Unfit, data_of, page_for
from channels.wechat.api import PlatformApi, not_soon, unsure
from common.settings import Settings
from services.bootstrap import Services
from services.contacts.service import Contacts
from services.deliveries.service import Deliveries
from services.notices.ports import NotNow, Unsure
from services.notices.service import Kind, Notice

log = structlog.get_logger(__name__)
_LANGUAGES = {"hans": "zh_CN", "hant": "zh_HK"}
_SEND, _NO_CONSENT = "/cgi-bin/message/subscribe/send", "43101"


class Subscriptions:
    """A :class:`~services.notices.ports.Notifier`. ``templates`` by name."""

    name = NAME
    keyless = True

    def __init__(self, *, api: PlatformApi, deliveries: Deliveries, contacts: Contacts, templates: Mapping[str, Template], state: str):
        self._api, self._deliveries, self._consents, self._state = api, deliveries, contacts.consents, state
        self._by_kind: dict[Kind, Template] = {kind: template for template in templates.values() for kind in template.kinds}

    async def can_reach(self, *, person_id: str, kind: Kind) -> bool:
        template = self._by_kind.get(kind)
        if template is None:
            return False
        places = await self._places(person_id)
        return any([await self._consents.allowed(place=place, template=template.id) for place in places])

    async def send(self, *, notice: Notice, key: str) -> str | None:
        """:raises TryLater, Refused, Gone:"""
        template = self._by_kind.get(notice.kind)
        if template is None:
            raise Refused("template")
        try:
            content = {"template_id": template.id, "page": page_for(template, notice), "data": data_of(template, notice)}
        except Unfit as error:
            log.error("miniprogram.template.unfit", template=template.name, field=str(error))
            raise Refused("unfit") from None
        place, again = await self._spent(notice.person_id, template, key)
        body = {"touser": place.address, "miniprogram_state": self._state, "lang": _LANGUAGES[notice.script], **content}
        try:
            answer = await self._api.call(_SEND, body)
        except SendFailed as error:
            return await self._refused(error, place, template, key, again=again)
        return str(answer["msgid"]) if "msgid" in answer else None

    async def _spent(self, person_id: str, template: Template, key: str) -> tuple[Place, bool]:
        """Where it goes, and whether it may have gone there before. :raises Refused: he agreed to no more."""
        places = await self._places(person_id)
        for place in places:
            if await self._consents.is_spent(place=place, template=template.id, key=key):
                return place, True
        for place in places:
            if (taken := await self._consents.spend(place=place, template=template.id, key=key)) is not None:
                return place, taken == "again"
        raise Refused("consent")

    async def _refused(self, error: SendFailed, place: Place, template: Template, key: str, *, again: bool) -> str | None:
        if error.reason == _NO_CONSENT:
            await self._consents.withdrawn(place=place, template=template.id)
            if again:
                return None  # what he had allowed was used by the try of which nobody knew
            raise Refused(error.reason) from None
        if unsure(error):
            raise Unsure(error.reason, after_s=getattr(error, "after_s", 0.0)) from None
        if not again:
            await self._consents.give_back(place=place, template=template.id, key=key)
        if isinstance(error, Refused):
            log.error("miniprogram.template.refused", template=template.name, errcode=error.reason)  # 40037, 41030, 47003: ours to mend
        if isinstance(error, (WindowClosed, QuotaUsed)):
            raise Refused(error.reason) from None
        if not_soon(error):
            raise NotNow(error.reason, after_s=catalogue()["not_now_s"]) from None
        if isinstance(error, (TryLater, Refused, Gone)):
            raise error
        raise TryLater(error.reason) from None

    async def shown(self, *, person_id: str) -> str | None:
        return catalogue()["shown"] if await self._places(person_id) else None

    async def _places(self, person_id: str) -> list[Place]:
        found = await self._deliveries.places_of(person_id=person_id)
        return sorted((p for p in found if p.channel == NAME), key=lambda p: (p.account, p.address))

    async def close(self) -> None:
        """The channel's connections are the channel's."""


def make(config: Settings, services: Services, channels: Mapping[str, Channel]) -> Subscriptions | None:
    """None where the mini-program is off or has no templates."""
    channel = channels.get(NAME)
    if not isinstance(channel, Miniprogram) or not channel.templates:
        return None
    return Subscriptions(
        api=channel.api, deliveries=services.deliveries, contacts=services.contacts, templates=channel.templates, state=config.miniprogram_state
    )
