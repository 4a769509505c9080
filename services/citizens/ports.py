"""What a source of verified identities must do; held for every adapter by ``tests/contract/test_identity_provider.py``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from services.citizens.model import Identity, Script


@dataclass(frozen=True)
class Profile:
    """An identity and how its owner likes to be written to."""

    identity: Identity
    script: Script = "hans"


class IdentityProvider(Protocol):
    async def profile(self, *, person_id: str) -> Profile | None:
        """The verified person of this id, or ``None``. Raises :class:`services.citizens.errors.IdentityUnavailable`."""
