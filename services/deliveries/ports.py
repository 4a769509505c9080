"""What the delivery worker asks of a channel; ``channels`` makes one for each channel that is on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from services.deliveries.model import Parked, Part, Place
from services.messages.model import Message


class Outlet(Protocol):
    """The sending side of one channel."""

    def pushes(self, account: str) -> bool:
        """Whether it can send of its own accord; else answers wait to be collected."""

    def plan(self, *, account: str, messages: Sequence[Message], room: int | None) -> list[Part]:
        """The messages as parts in order, in at most ``room`` parts where that can be done; what does not fit waits for the citizen."""

    async def send(self, *, place: Place, part: Part) -> None:
        """Hands one part to the platform. :raises SendFailed: one of ``services.deliveries.errors``."""

    async def knock(self, *, place: Place, why: Parked) -> None:
        """Something is kept for him that cannot be sent now; where the platform has another way to say so (a template message), it is used."""
