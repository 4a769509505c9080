"""One person at several accounts of ours: the platform's union id says so, and then his forms and visits are the same at both.

Joining moves a visitor's things to the other; a visitor who has booked or handed something in is never moved, so nothing of his gets lost.
"""

from __future__ import annotations

import structlog

from channels.base import Place
from services.bootstrap import Services

log = structlog.get_logger(__name__)


class Joining:
    def __init__(self, services: Services):
        self._services = services

    async def noted(self, *, place: Place, union: str | None, session_key: str | None = None) -> str:
        """Writes down what the platform told of whoever is at this place; his person id, which is another's if he turned out to be him."""
        person_id = await self._services.deliveries.person_at(place=place)
        others = await self._services.contacts.note_account(place=place, person_id=person_id, union=union, session_key=session_key)
        for other in others:
            if await self._movable(person_id):
                return await self._moved(person_id, to=other)
            if await self._movable(other):
                return await self._moved(other, to=person_id)
            log.info("wechat.union.kept_apart", place=place.channel)
        return person_id

    async def _moved(self, visitor_id: str, *, to: str) -> str:
        citizen = await self._services.citizens.get(person_id=to)
        await self._services.recognise(visitor_id=visitor_id, citizen=citizen)
        return citizen.id

    async def _movable(self, person_id: str) -> bool:
        """A visitor with nothing that hangs on his id alone."""
        if not person_id.startswith("vs_"):
            return False
        s = self._services
        return not (
            await s.appointments.active(person_id=person_id) or await s.cases.count_kept(person_id=person_id)
            or await s.tickets.count_kept(person_id=person_id)
        )  # fmt: skip
