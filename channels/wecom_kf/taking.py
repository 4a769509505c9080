"""Taking in what a citizen sent: looked up, fetched, and stored as his message; or a kind word where it cannot be read."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from channels.base import Place, SendFailed
from channels.scripts import script_in, written
from channels.wechat.api import PlatformApi
from channels.wechat.unions import Unions
from channels.wecom_kf.catalogue import allowance, limits, seconds, words
from channels.wecom_kf.customers import Customers
from channels.wecom_kf.reading import Item, Said, Sent, Unread
from channels.wecom_kf.sessions import ASSISTANT, NEW, OVER, POOL, Sessions
from services.bootstrap import Services
from services.conversations.errors import EmptyMessage, MessageTooLong, UploadInvalid
from services.conversations.model import Incoming
from services.handoff.service import gives_up_waiting
from services.messages.payloads import PayloadInvalid
from services.speech.ports import NotHeard, Recogniser, RecogniserDown

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Answer:
    """A kind word (its name in ``words.yml``) that is the whole answer. ``label``: what people who serve him are shown instead."""

    words: str
    label: str


class NotYet(Exception):
    """It could not be fetched or stored now. ``answer``: what to say when it has been tried often enough."""

    def __init__(self, answer: Answer):
        super().__init__(answer.words)
        self.answer = answer


class Taking:
    def __init__(
        self, *, name: str, services: Services, api: PlatformApi, customers: Customers, sessions: Sessions, recogniser: Recogniser | None,
        unions: Unions | None = None,
    ):  # fmt: skip
        self._name, self._services, self._api, self._recogniser = name, services, api, recogniser
        self._customers, self._sessions, self._unions = customers, sessions, unions

    async def take(self, place: Place, item: Item) -> Answer | None:
        """None when it is stored, and will be answered by whoever owns the conversation. :raises NotYet:"""
        await self._customers.heard(place, item.at)
        if self._unions is not None:
            self._unions.look(place)
        if await self._elsewhere(place) and await self._leaves(place, item):
            return None
        try:
            match item.deed:
                case Said():
                    await self._said(place, item, item.deed)
                    return None
                case Sent():
                    return await self._sent(place, item, item.deed)
                case Unread(words=name, label=label):
                    return Answer(name, label)
        except (MessageTooLong, EmptyMessage, PayloadInvalid) as error:
            label = item.deed.label if isinstance(item.deed, Unread) else str(words()["kinds"]["other"])
            return Answer("too_long" if isinstance(error, MessageTooLong) else "unsupported", label)
        return None

    async def answer(self, place: Place, item: Item, answer: Answer) -> str | None:
        """The kind word to be said to him; None where people serve him, who are shown that something came."""
        if await self._sessions.people_have(place):
            await self._store(place, item, "text", answer.label, None)
            return None
        conversation_id = await self._services.deliveries.conversation_of(place=place)
        said = item.deed.content if isinstance(item.deed, Said) else ""
        with written(await script_in(self._services.conversations, conversation_id, said=said)):
            return str(words()[answer.words])

    async def _said(self, place: Place, item: Item, said: Said) -> None:
        if said.kind != "entry":
            return await self._store(place, item, said.kind, said.content, said.label or None)
        choice = await self._services.deliveries.tapped(place=place, key=said.content)
        if choice is None:  # long ago: his words still say what he wants
            return await self._store(place, item, "text", said.label, None)
        await self._store(place, item, "payload", choice.payload, choice.label)

    async def _sent(self, place: Place, item: Item, sent: Sent) -> Answer | None:
        if sent.kind == "voice":
            return await self._voice(place, item, sent)
        label = str(words()["labels"]["picture"])
        _, body = await self._fetched(sent, most=limits()["picture_bytes"], missed=Answer("picture_failed", label))
        try:
            upload_id = await self._services.deliveries.picture(place=place, body=body)
        except UploadInvalid:
            return Answer("picture_wrong", label)
        await self._store(place, item, "upload", upload_id, label)
        return None

    async def _voice(self, place: Place, item: Item, sent: Sent) -> Answer | None:
        label = str(words()["kinds"]["voice"])
        if self._recogniser is None:
            return Answer("no_voice", label)
        failed = Answer("voice_failed", label)
        kind, body = await self._fetched(sent, most=limits()["voice_bytes"], missed=failed)
        try:
            said = await self._recogniser.text(audio=body, media_type=kind if kind.startswith("audio/") else "audio/amr")
        except NotHeard:
            return failed
        except RecogniserDown as error:
            raise NotYet(failed) from error
        await self._store(place, item, "text", said, None)
        return None

    async def _fetched(self, sent: Sent, *, most: int, missed: Answer) -> tuple[str, bytes]:
        try:
            return await self._api.media("/cgi-bin/media/get", most=most, media_id=sent.media_id)
        except SendFailed as error:
            log.info("wecom_kf.media.failed", kind=sent.kind, reason=error.reason[:40])
            raise NotYet(missed) from error

    async def _store(self, place: Place, item: Item, kind: str, content: str, label: str | None) -> None:
        incoming = Incoming(kind, content, f"{self._name}:{item.id}")  # type: ignore[arg-type]
        allowed = allowance("message", item.at)
        await self._services.deliveries.arrived(place=place, incoming=incoming, label=label, allowance=allowed)

    # — while people in the WeCom client have him —

    async def _elsewhere(self, place: Place) -> bool:
        """Whether they do; in case the end of it was not told, it is looked up now and then."""
        conversation_id = await self._services.deliveries.conversation_of(place=place)
        if conversation_id is None:
            return False
        conversation = await self._services.conversations.conversation(conversation_id)
        if conversation.owner != "agent" or conversation.agent_id is not None:
            return False
        row = await self._customers.of(place)
        if row.state is not None and row.state_at is not None and self._services.clock.now() - row.state_at < seconds("check_s"):
            return True
        try:
            state = await self._sessions.state(place)
        except SendFailed:
            return True
        if state not in (NEW, ASSISTANT, OVER) or await self._fresh(conversation_id):
            return True
        async with self._services.database.begin() as conn:
            await self._services.handoff.elsewhere.returned(conn, conversation_id)
        return False

    async def _fresh(self, conversation_id: str) -> bool:
        """He asked for a person just now, and is still to be handed over."""
        since = self._services.clock.now() - seconds("passing_s")
        async with self._services.database.begin() as conn:
            asked = await self._services.handoff.elsewhere.asked_for(conn)
        return any(e.conversation_id == conversation_id and e.claimed_at is None and e.queued_since > since for e in asked)

    async def _leaves(self, place: Place, item: Item) -> bool:
        """He waits in the pool and says that he will not wait: the session there is ended, and the bot answers again."""
        if not (isinstance(item.deed, Said) and item.deed.kind == "text" and gives_up_waiting(item.deed.content)):
            return False
        conversation_id = await self._services.deliveries.conversation_of(place=place)
        if conversation_id is None:
            return False
        try:
            if await self._sessions.state(place) == POOL:
                code = await self._sessions.change(place, OVER)
                await self._customers.give_code(place, kind="ended", code=code, at=int(self._services.clock.now().timestamp()))
        except SendFailed as error:
            raise NotYet(Answer("unsupported", item.deed.content)) from error
        if (await self._customers.of(place)).state not in (NEW, ASSISTANT, OVER):
            return False  # a person has taken him already
        stale = await self._sessions.announced(conversation_id)
        async with self._services.database.begin() as conn:
            if left := await self._services.handoff.elsewhere.returned(conn, conversation_id, left=True):
                await self._services.deliveries.shown(conn, place=place, seqs=stale)
            await self._services.deliveries.only(conn, place=place, allowance=allowance("ended"))
        await self._services.conversations.tell(conversation_id)
        return left
