"""A way to reach a citizen of our own accord; ``channels/notices`` makes those that are configured.

A way never decides whether, when or in which order it is used, nor does it remember what it sent: the outbox does.
"""

from __future__ import annotations

from typing import Protocol

from services.notices.errors import Gone, NotNow, Refused, SendFailed, TryLater, Unsure
from services.notices.model import Kind, Notice

__all__ = ["Gone", "NotNow", "Notifier", "Refused", "SendFailed", "TryLater", "Unsure"]


class Notifier(Protocol):
    """One that has ``keyless = True`` besides hands over to a platform that cannot tell a notice from its copy: what is told at most once
    (``model.ONCE``) is not sent again when its answer gets lost."""

    name: str  # ``sms``, ``email``, ``miniprogram`` …: what the citizen switches, and a key of ``ways`` in ``words.yml``

    async def can_reach(self, *, person_id: str, kind: Kind) -> bool:
        """Whether he has an address here and, where the platform asks for it, has consented to this kind. Cheap; sends nothing.

        :raises TryLater: it cannot be known now.
        """

    async def send(self, *, notice: Notice, key: str) -> str | None:
        """Hands it to the platform; the platform's reference, if it gives one. ``key`` (32 of ``[0-9a-f]``) is the same for every try of
        this notice through this way: platforms that know idempotency keys are given it.

        :raises TryLater: it passes, or nobody knows whether it was sent. Tried again, by this way only: another could tell him twice.
        :raises Unsure: nobody knows, and a second try would be a second notice. Tried again only where missing it is worse.
        :raises NotNow: certainly not sent, and not soon either; the next way is used, this one again when there is none.
        :raises Refused: not through this way (no consent, no template, no right); the next way is used.
        :raises Gone: his address here is no more; the next way is used.
        """

    async def shown(self, *, person_id: str) -> str | None:
        """How he is reached here, shortened, for his own eyes (``138****8000``); None when there is nothing to show."""

    async def close(self) -> None:
        """Ends its connections."""
