"""What a source of e-licences must do; held for every adapter by ``tests/contract/test_licence_provider.py``."""

from __future__ import annotations

from typing import Protocol

from services.licences.model import Licence


class LicenceProvider(Protocol):
    async def licences(self, *, person_id: str) -> list[Licence]:
        """Every licence of a person, also expired ones; none is an empty list. Raises ``LicencesUnavailable``."""
