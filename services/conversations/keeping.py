"""A citizen's pictures, and for how long anything is kept."""

from __future__ import annotations

from datetime import timedelta

from common.clock import Clock
from common.database import Database
from common.ids import new_id
from common.vault import Vault
from services.conversations import retention, store
from services.conversations.errors import UploadMissing
from services.conversations.model import Session
from services.conversations.sessions import Sessions
from services.conversations.uploads import check_image


class Keeping:
    """``sessions``: who speaks, by the token he holds."""

    def __init__(self, *, database: Database, vault: Vault, clock: Clock):
        self._database, self._vault, self._clock = database, vault, clock
        self.sessions = Sessions(database=database, clock=clock)

    async def upload(self, *, session: Session, body: bytes) -> str:
        """Stores a checked picture; :raises UploadInvalid: not an image, or too large."""
        media_type, clean = check_image(body)
        upload_id = new_id("up")
        async with self._database.begin() as conn:
            await store.add_upload(
                conn,
                id=upload_id,
                conversation_id=session.conversation_id,
                person_id=session.person_id,
                media_type=media_type,
                body=self._vault.seal_bytes(clean),
                created_at=self._clock.now(),
            )
        return upload_id

    async def uploaded(self, *, upload_id: str, person_id: str) -> tuple[str, bytes]:
        """(media type, bytes) of the person's own picture; :raises UploadMissing: otherwise."""
        async with self._database.begin() as conn:
            row = await store.upload_by_id(conn, upload_id, person_id)
        if row is None:
            raise UploadMissing
        return row.media_type, self._vault.open_bytes(row.body)

    async def hand_over_uploads(self, *, visitor_id: str, person_id: str) -> None:
        """The pictures of a visitor become those of the citizen he turned out to be."""
        async with self._database.begin() as conn:
            await store.change_uploader(conn, visitor_id, person_id)

    async def erase(self, *, person_id: str) -> int:
        """Deletes every conversation of a person with its messages, turns, sessions and pictures; how many conversations there were."""
        async with self._database.begin() as conn:
            count = await store.erase_person(conn, person_id)
        self.sessions.forget()
        return count

    async def forget_old(self, *, keep: timedelta) -> list[str]:
        """See :func:`services.conversations.retention.forget_old`."""
        return await retention.forget_old(database=self._database, clock=self._clock, keep=keep)

    async def forget_leftovers(self) -> int:
        """See :func:`services.conversations.retention.forget_leftovers`."""
        return await retention.forget_leftovers(database=self._database, clock=self._clock)
