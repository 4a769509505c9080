"""The door of the package: what e-licences a person holds."""

from __future__ import annotations

from common.clock import Clock, today
from services.licences.model import Licence
from services.licences.ports import LicenceProvider

__all__ = ["Licence", "LicenceService"]


class LicenceService:
    def __init__(self, *, provider: LicenceProvider, clock: Clock):
        self._provider = provider
        self._clock = clock

    async def list_for(self, *, person_id: str, expired: bool = False) -> list[Licence]:
        """The licences of a person; those past their validity only when asked for, since they neither stand for a paper nor
        fill a form. A visitor (``vs_…``) has none. Raises :class:`services.licences.errors.LicencesUnavailable`."""
        if person_id.startswith("vs_"):
            return []
        licences = await self._provider.licences(person_id=person_id)
        return [x for x in licences if expired or x.valid_on(today(self._clock))]
