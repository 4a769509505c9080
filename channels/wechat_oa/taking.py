"""Taking in what the citizen did: looked up, fetched, and stored before anything is acknowledged."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import structlog

from channels.base import Place, SendFailed
from channels.scripts import script_in, written
from channels.wechat.api import PlatformApi
from channels.wechat_oa.catalogue import allowance, limits, words
from channels.wechat_oa.reading import Left, Push, Said, Sent, Undelivered, Unread, scene_payload
from common.errors import BangbanError
from services.bootstrap import Services
from services.conversations.errors import EmptyMessage, MessageTooLong, UploadInvalid
from services.conversations.model import Incoming
from services.deliveries.model import Arrival
from services.messages.payloads import PayloadInvalid
from services.speech.ports import NotHeard, Recogniser, RecogniserDown

log = structlog.get_logger(__name__)
_AUDIO = {"amr": "audio/amr", "speex": "audio/speex"}
_MISSED = {"picture": "picture_failed", "voice": "voice_failed"}
_BLOCKED = "user block"  # he wants no messages of this account; to send more of them costs its reputation
_KEPT_S = 60.0  # longer than the platform pushes a message


@dataclass(frozen=True)
class Taken:
    """``arrival``: it is stored and will be answered. ``words``: it is not, and this kind word (its name in ``words.yml``) is the whole answer.
    Neither: nothing to say."""

    arrival: Arrival | None = None
    words: str | None = None


class NotYet(Exception):
    """It could not be stored now; the platform will push it again. ``words``: the name of what to say when it has pushed for the last time."""

    def __init__(self, words: str):
        super().__init__(words)
        self.words = words


class Taking:
    """``hold_s``: answers are left for a reply within the callback so long (0: they are pushed)."""

    def __init__(self, *, name: str, services: Services, api: PlatformApi, recogniser: Recogniser | None, hold_s: float):
        self._name, self._services, self._api, self._recogniser, self._hold_s = name, services, api, recogniser, hold_s
        self._hearing: dict[str, asyncio.Task[str]] = {}

    async def take(self, push: Push) -> Taken:
        """:raises NotYet: a picture or a recording could not be fetched, or nothing can be stored."""
        place = Place(self._name, push.account, push.address)
        try:
            async with asyncio.timeout(limits()["passive"]["answer_s"]):
                match push.deed:
                    case Left():
                        await self._services.deliveries.left(place=place)
                        return Taken()
                    case Unread(words=name):
                        return await self._kindly(place, push, name) if name else Taken()
                    case Sent():
                        return await self._sent(place, push, push.deed)
                    case Said():
                        return await self._said(place, push, push.deed)
                    case Undelivered(reference=reference, why=why):
                        await self._services.notices.undelivered(way=self._name, reference=reference, why=why, off=why == _BLOCKED)
                        return Taken()
        except (MessageTooLong, EmptyMessage, PayloadInvalid) as error:
            return await self._kindly(place, push, "too_long" if isinstance(error, MessageTooLong) else "unsupported")
        except TimeoutError:
            raise NotYet(_MISSED[push.deed.kind] if isinstance(push.deed, Sent) else "again") from None

    async def _kindly(self, place: Place, push: Push, name: str) -> Taken:
        """A kind word (its name in ``words.yml``). He is heard of all the same, so what was kept for him is sent."""
        if await self._services.deliveries.first_time(key=f"{self._name}:{push.id}:heard"):
            await self._services.deliveries.touched(place=place, allowance=allowance("message", push.at))
        return Taken(words=name)

    async def _said(self, place: Place, push: Push, said: Said) -> Taken:
        match said.kind:
            case "entry":
                choice = await self._services.deliveries.tapped(place=place, key=said.content)
                if choice is None:  # long ago: his words still say what he wants
                    return await self._store(place, push, "text", said.label, None, "menu")
                return await self._store(place, push, "payload", choice.payload, choice.label, "menu")
            case "scene":
                return await self._store(place, push, "payload", scene_payload(said.content, self._knows), said.label, said.allows)
        if said.kind == "text" and said.content.strip() in words()["fetch"] and (waiting := await self._waits(place, push)):
            return Taken(arrival=waiting)
        return await self._store(place, push, said.kind, said.content, said.label or None, said.allows)

    async def _waits(self, place: Place, push: Push) -> Arrival | None:
        """ "继续" while an answer is still being worked on, or pushed once more after it was handed out, is nothing to be answered itself; nor is
        it where a person answers and this is how his words are fetched."""
        conversation_id = await self._services.deliveries.conversation_of(place=place)
        again = not await self._services.deliveries.first_time(key=f"{self._name}:{push.id}:fetch")
        if conversation_id is None:
            return None
        arrival = Arrival(conversation_id, None, duplicate=again, fetching=True)
        if again or await self._services.conversations.working(conversation_id=conversation_id):
            return arrival
        return arrival if self._hold_s and await self.with_person(arrival) is not None else None

    async def with_person(self, arrival: Arrival) -> str | None:
        """The name of what to say to somebody whose words a person has, who has not answered yet; None where the answer is the bot's."""
        conversations, conversation_id = self._services.conversations, arrival.conversation_id
        owner = (await conversations.conversation(conversation_id)).owner
        if owner not in ("queue", "agent") or await conversations.working(conversation_id=conversation_id):
            return None
        return "person_not_yet" if arrival.fetching else f"with_{owner}"

    async def said(self, push: Push, name: str) -> str:
        """A kind word as he reads it."""
        place, text = Place(self._name, push.account, push.address), push.deed.content if isinstance(push.deed, Said) else ""
        conversation_id = await self._services.deliveries.conversation_of(place=place)
        with written(await script_in(self._services.conversations, conversation_id, said=text)):
            return str(words()[name])

    async def _sent(self, place: Place, push: Push, sent: Sent) -> Taken:
        if sent.kind == "voice":
            return await self._voice(place, push, sent)
        _, body = await self._fetched(sent, most=limits()["picture_bytes"], missed="picture_failed")
        try:
            upload_id = await self._services.deliveries.picture(place=place, body=body)
        except UploadInvalid:
            return await self._kindly(place, push, "picture_wrong")
        return await self._store(place, push, "upload", upload_id, words()["labels"]["picture"], "message")

    async def _voice(self, place: Place, push: Push, sent: Sent) -> Taken:
        if self._recogniser is None:
            return await self._kindly(place, push, "no_voice")
        try:
            said = await asyncio.shield(self._heard(push, sent, self._recogniser))
        except NotHeard:
            return await self._kindly(place, push, "voice_failed")
        except RecogniserDown as error:
            raise NotYet("voice_failed") from error
        return await self._store(place, push, "text", said, None, "message")

    def _heard(self, push: Push, sent: Sent, recogniser: Recogniser) -> asyncio.Task[str]:
        """The recogniser's work on a message. It goes on when the platform has given a push up, and the next push finds it done."""
        if (task := self._hearing.get(push.id)) is None or (task.done() and task.exception() is not None):
            task = self._hearing[push.id] = asyncio.create_task(self._recognised(sent, recogniser))
            task.add_done_callback(lambda done: None if done.cancelled() else done.exception())  # somebody has looked
            asyncio.get_running_loop().call_later(_KEPT_S, self._hearing.pop, push.id, None)
        return task

    async def _recognised(self, sent: Sent, recogniser: Recogniser) -> str:
        kind, body = await self._fetched(sent, most=limits()["voice_bytes"], missed="voice_failed")
        return await recogniser.text(audio=body, media_type=_AUDIO.get(sent.format.lower(), kind))

    async def _fetched(self, sent: Sent, *, most: int, missed: str) -> tuple[str, bytes]:
        try:
            return await self._api.media("/cgi-bin/media/get", most=most, media_id=sent.media_id)
        except SendFailed as error:
            log.info("wechat_oa.media.failed", kind=sent.kind, reason=error.reason)
            raise NotYet(missed) from error

    async def _store(self, place: Place, push: Push, kind: str, content: str, label: str | None, allows: str) -> Taken:
        incoming = Incoming(kind, content, f"{self._name}:{push.id}")  # type: ignore[arg-type]
        arrival = await self._services.deliveries.arrived(
            place=place, incoming=incoming, label=label, allowance=allowance(allows, push.at), hold_s=self._hold_s
        )
        return Taken(arrival=arrival)

    def _knows(self, guide_id: str) -> bool:
        try:
            self._services.knowledge.guide(guide_id)
        except BangbanError:
            return False
        return True
