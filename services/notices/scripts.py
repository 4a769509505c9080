"""Which characters a citizen reads."""

from __future__ import annotations

from typing import Literal, Protocol

from services.citizens.errors import CitizenUnknown, IdentityUnavailable
from services.citizens.service import CitizenService

Script = Literal["hans", "hant"]


class Talks(Protocol):
    """The conversations."""

    async def script_of(self, *, person_id: str) -> Script | None: ...


class Scripts:
    """As he wrote or chose in his last talk; else as his profile says."""

    def __init__(self, *, talks: Talks, citizens: CitizenService):
        self._talks, self._citizens = talks, citizens

    async def of(self, *, person_id: str) -> Script:
        """Simplified when nothing tells; a profile that cannot be asked for now keeps no notice waiting."""
        shown = await self._talks.script_of(person_id=person_id)
        if shown is not None:
            return shown
        try:
            return (await self._citizens.get(person_id=person_id)).script
        except (CitizenUnknown, IdentityUnavailable):
            return "hans"
