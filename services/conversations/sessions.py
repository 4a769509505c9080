"""Signing in to a chat: a token for one conversation, kept only as a digest."""

from __future__ import annotations

from datetime import timedelta

from common.clock import Clock
from common.database import Database
from common.ids import digest, new_id, new_token
from services.conversations import store
from services.conversations.errors import NotSignedIn
from services.conversations.model import Session
from services.conversations.state import DialogueState

LIFETIME = timedelta(days=30)
_REMEMBERED = 20_000


class Sessions:
    def __init__(self, *, database: Database, clock: Clock):
        self._database, self._clock = database, clock
        self._known: dict[str, Session] = {}  # a session never changes, so remembering it is safe until it expires

    async def open(self, *, person_id: str, channel: str, state: DialogueState) -> tuple[Session, str]:
        """A new conversation and the token that speaks in it."""
        now, token = self._clock.now(), new_token()
        session = Session(id=new_id("ss"), conversation_id=new_id("cv"), person_id=person_id, expires_at=now + LIFETIME, channel=channel)
        async with self._database.begin() as conn:
            await store.add_conversation(
                conn,
                id=session.conversation_id,
                person_id=person_id,
                channel=channel,
                state=state.model_dump(exclude_defaults=True),
                created_at=now,
                last_at=now,
            )
            await store.add_session(
                conn,
                token_digest=digest(token),
                id=session.id,
                conversation_id=session.conversation_id,
                person_id=person_id,
                created_at=now,
                expires_at=session.expires_at,
            )
        return session, token

    async def join(self, *, conversation_id: str, person_id: str) -> tuple[Session, str]:
        """Another token for a conversation that began elsewhere: the caller knows that it is this person's."""
        now, token = self._clock.now(), new_token()
        session = Session(id=new_id("ss"), conversation_id=conversation_id, person_id=person_id, expires_at=now + LIFETIME)
        async with self._database.begin() as conn:
            await store.add_session(
                conn, token_digest=digest(token), id=session.id, conversation_id=conversation_id, person_id=person_id, created_at=now,
                expires_at=session.expires_at,
            )  # fmt: skip
        return session, token

    async def of(self, token: str) -> Session:
        """:raises NotSignedIn: unknown or expired token."""
        key = digest(token)
        known = self._known.get(key)
        if known is None:
            async with self._database.begin() as conn:
                row = await store.session_by_digest(conn, key, self._clock.now())
            if row is None:
                raise NotSignedIn
            if len(self._known) > _REMEMBERED:
                self._known.clear()
            known = self._known[key] = Session(row.id, row.conversation_id, row.person_id, row.expires_at, row.channel)
        if known.expires_at <= self._clock.now():
            raise NotSignedIn
        return known

    def forget(self) -> None:
        """After an erasure: look everything up again."""
        self._known.clear()
