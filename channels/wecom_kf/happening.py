"""What happens around a talk: he enters, a session changes hands, a message of ours did not arrive. Everything may be told twice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import structlog
from prometheus_client import Counter
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.base import Allowance, Place
from channels.wecom_kf import store
from channels.wecom_kf.catalogue import allowance, limits, words
from channels.wecom_kf.customers import Customers
from channels.wecom_kf.reading import Entered, Failed, Item, Moved, Recalled, Served, Switched, scene_payload
from channels.wecom_kf.sessions import OVER, PERSON, Sessions
from common.errors import BangbanError
from services.bootstrap import Services
from services.conversations.model import Incoming
from services.deliveries.service import Parked
from services.messages.model import Text

log = structlog.get_logger(__name__)
FAILED = Counter("bangban_wecom_kf_undelivered", "Messages that were taken and did not arrive, by the platform's reason", ["reason"])
_ENDED = 3
# Why a message did not arrive (94670): over 48 h, session over; more than five; account gone, app closed, switched off by the customer.
_PARKS: dict[int, Parked] = {4: "window", 5: "window", 6: "quota", 1: "gone", 2: "gone", 10: "gone"}
_NOTHING = Allowance(count=0, window=allowance("welcome").window, kind="enter")
Within = Callable[[AsyncConnection], Awaitable[bool]]  # written with the note that the item is taken in; whether it is worth telling


class Happening:
    def __init__(self, *, name: str, services: Services, customers: Customers, sessions: Sessions):
        self._name, self._services, self._customers, self._sessions = name, services, customers, sessions

    async def take(self, place: Place, item: Item, later: Sequence[Item]) -> Within | None:
        """``later``: what else of his waits to be taken in."""
        match item.deed:
            case Entered():
                await self._entered(place, item, item.deed, spoken=any(one.spoken for one in later))
            case Failed():
                await self._failed(place, item.deed)
            case Moved():
                return await self._moved(place, item, item.deed)
            case Served():
                return await self._served(place, item, item.deed)
            case Switched(off=True):
                await self._services.deliveries.left(place=place)
            case Recalled():
                return await self._recalled(place, item.deed)
        return None

    async def _entered(self, place: Place, item: Item, entered: Entered, *, spoken: bool) -> None:
        """A link may say what he came for. He is greeted if he has not spoken: a greeting after his question would be odd."""
        row = await self._customers.of(place)
        spoken = spoken or (row.heard_at is not None and row.heard_at.timestamp() >= item.at)
        age = self._services.clock.now().timestamp() - item.at
        may_greet = bool(entered.code) and not spoken and age < limits()["codes"]["welcome"]["seconds"] - limits()["code_spare_s"]
        payload = scene_payload(entered.scenes, self._knows) or ("/greet" if may_greet else None)
        if payload is None or await self._sessions.people_have(place):
            return
        if may_greet:
            await self._customers.give_code(place, kind="welcome", code=entered.code, at=item.at)
        incoming = Incoming("payload", payload, f"{self._name}:{item.id}")
        allowed = allowance("welcome", item.at) if may_greet else _NOTHING
        await self._services.deliveries.arrived(place=place, incoming=incoming, label=words()["labels"]["enter"], allowance=allowed)

    async def _failed(self, place: Place, failed: Failed) -> None:
        FAILED.labels(str(failed.why)).inc()
        sent = await self._customers.before(place, failed.key)
        log.warning("wecom_kf.undelivered", reason=failed.why, kept=sent is not None)
        if failed.why == 5:
            await self._customers.in_state(place, None)
        if sent is not None and failed.why in _PARKS:
            after, heard_since = sent
            await self._services.deliveries.undelivered(place=place, after=after, why=None if heard_since else _PARKS[failed.why])

    async def _moved(self, place: Place, item: Item, moved: Moved) -> Within:
        """Ended: rated, and the bot listens when he writes. Everything else: a person in the WeCom client has him. The one answer that the
        platform allows is allowed in the transaction that stores it, so that nothing kept for him from before is faster."""
        await self._services.deliveries.person_at(place=place)
        conversation_id = await self._services.deliveries.conversation_of(place=place)
        assert conversation_id is not None
        ended, kind = moved.how == _ENDED, "ended" if moved.how == _ENDED else "taken"
        speaks = bool(moved.code) and (not ended or await self._sessions.people_have(place))
        stale = await self._sessions.announced(conversation_id) if ended else []

        async def within(conn: AsyncConnection) -> bool:
            elsewhere, deliveries = self._services.handoff.elsewhere, self._services.deliveries
            if ended:
                if new := await elsewhere.ended(conn, conversation_id):
                    await deliveries.shown(conn, place=place, seqs=stale)
            else:
                new = await elsewhere.taken(conn, conversation_id, told=bool(moved.code))
            if speaks:
                await deliveries.only(conn, place=place, allowance=allowance(kind))
            await self._customers.note_state(conn, place, OVER if ended else PERSON, self._services.clock.now())
            if moved.code:
                await self._customers.note_code(conn, place, kind=kind, code=moved.code, at=item.at)
            return new

        return within

    async def _served(self, place: Place, item: Item, served: Served) -> Within:
        """What a person wrote there stands in the talk, and is not sent again."""
        await self._services.deliveries.person_at(place=place)
        conversation_id = await self._services.deliveries.conversation_of(place=place)

        async def within(conn: AsyncConnection) -> bool:
            assert conversation_id is not None
            elsewhere = self._services.handoff.elsewhere
            if not await elsewhere.serves(conn, conversation_id):
                await elsewhere.taken(conn, conversation_id, told=False)
                await self._customers.note_state(conn, place, PERSON, self._services.clock.now())
            said = [Text(sender="agent", text=served.text)]
            stored = await self._services.conversations.post(conversation_id=conversation_id, messages=said, conn=conn)
            await self._services.deliveries.shown(conn, place=place, seqs=[m.seq for m in stored])
            await store.became(conn, item.open_kfid, item.id, stored[-1].seq)
            await elsewhere.replied(conn, conversation_id)
            return True

        return within

    async def _recalled(self, place: Place, recalled: Recalled) -> Within | None:
        """Whoever wrote it took it back: it is not to be read any more, not at the desk either."""
        conversation_id = await self._services.deliveries.conversation_of(place=place)
        if conversation_id is None:
            return None

        async def within(conn: AsyncConnection) -> bool:
            conversations = self._services.conversations
            if recalled.served:
                seq = await store.message_of(conn, self._customers.key(place), recalled.msgid)
                return seq is not None and await conversations.blot(conn, conversation_id=conversation_id, seq=seq, shown=words()["taken_back"])
            number = f"{self._name}:{recalled.msgid}"
            return await conversations.recall(conn, conversation_id=conversation_id, channel_message_id=number, shown=words()["recalled"])

        return within

    def _knows(self, guide_id: str) -> bool:
        try:
            self._services.knowledge.guide(guide_id)
        except BangbanError:
            return False
        return True
