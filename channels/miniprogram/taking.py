"""Taking in what the citizen did in the customer-service talk: looked up, fetched, and stored before anything is acknowledged."""

from __future__ import annotations

import asyncio

import structlog

from channels.base import Place, SendFailed
from channels.miniprogram.catalogue import allowance, limits, words
from channels.miniprogram.reading import scene_payload
from channels.wechat.api import PlatformApi
from channels.wechat.pushes import Left, Push, Said, Sent, Unread
from common.errors import BangbanError
from services.bootstrap import Services
from services.conversations.errors import EmptyMessage, MessageTooLong, UploadInvalid
from services.conversations.model import Incoming
from services.messages.model import Text
from services.messages.payloads import PayloadInvalid

log = structlog.get_logger(__name__)


class NotYet(Exception):
    """It could not be stored now; the platform will push it again. ``words``: what to say when it has pushed for the last time."""

    def __init__(self, words: str):
        super().__init__(words)
        self.words = words


class Taking:
    """``account``: the place's, the same for what comes by pushes and by signing in."""

    def __init__(self, *, name: str, account: str, services: Services, api: PlatformApi):
        self._name, self._account, self._services, self._api = name, account, services, api

    def place(self, address: str) -> Place:
        return Place(self._name, self._account, address)

    async def take(self, push: Push) -> None:
        """:raises NotYet: a picture could not be fetched, or nothing can be stored in time."""
        place = self.place(push.address)
        try:
            async with asyncio.timeout(limits()["take_s"]):
                match push.deed:
                    case Unread(words=name):
                        await self.say(place, push, name)
                    case Sent():
                        await self._picture(place, push, push.deed)
                    case Said(kind="scene"):
                        await self._scene(place, push, push.deed)
                    case Said():
                        await self._store(place, push, push.deed.kind, push.deed.content, push.deed.label or None, push.deed.allows)
                    case Left():
                        pass
        except (MessageTooLong, EmptyMessage, PayloadInvalid) as error:
            await self.say(place, push, "too_long" if isinstance(error, MessageTooLong) else "unsupported")
        except TimeoutError:
            raise NotYet("again") from None

    async def say(self, place: Place, push: Push, name: str) -> None:
        """A kind word of the channel's own (a name in ``words.yml``), once for each push; no name, no word."""
        if not name or not await self._services.deliveries.first_time(key=f"{self._name}:{push.id}:said"):
            return
        conversation_id = await self._services.deliveries.touched(place=place, allowance=allowance("message", push.at))
        await self._services.conversations.post(conversation_id=conversation_id, messages=[Text(sender="system", text=words()[name])])

    async def _scene(self, place: Place, push: Push, said: Said) -> None:
        """Entering says what the button carries; somebody new is greeted, and whoever was here before finds what was kept for him."""
        payload = scene_payload(said.content, self._knows)
        if payload is None and said.allows == "message":  # a card of something that is no more: its title still says what he wants
            await self._store(place, push, "text", said.label, None, said.allows)
            return
        if payload is None and await self._services.deliveries.conversation_of(place=place) is None:
            payload = "/greet"
        if payload is None:
            await self._services.deliveries.touched(place=place, allowance=allowance(said.allows, push.at))
            return
        await self._store(place, push, "payload", payload, said.label, said.allows)

    async def _picture(self, place: Place, push: Push, sent: Sent) -> None:
        try:
            _, body = await self._api.media("/cgi-bin/media/get", most=limits()["picture_bytes"], media_id=sent.media_id)
        except SendFailed as error:
            log.info("miniprogram.media.failed", reason=error.reason)
            raise NotYet("picture_failed") from error
        try:
            upload_id = await self._services.deliveries.picture(place=place, body=body)
        except UploadInvalid:
            await self.say(place, push, "picture_wrong")
            return
        await self._store(place, push, "upload", upload_id, words()["labels"]["picture"], "message")

    async def _store(self, place: Place, push: Push, kind: str, content: str, label: str | None, allows: str) -> None:
        incoming = Incoming(kind, content, f"{self._name}:{push.id}")  # type: ignore[arg-type]
        await self._services.deliveries.arrived(place=place, incoming=incoming, label=label, allowance=allowance(allows, push.at))

    def _knows(self, guide_id: str) -> bool:
        try:
            self._services.knowledge.guide(guide_id)
        except BangbanError:
            return False
        return True
