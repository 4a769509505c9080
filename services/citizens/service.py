"""The door of the package: who someone is, and what that tells."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import yaml

from services.citizens.adapters.sandbox.provider import SandboxIdentityProvider, shipped
from services.citizens.errors import CitizenUnknown, SandboxOff
from services.citizens.model import Citizen, Identity, facts
from services.citizens.ports import IdentityProvider

__all__ = ["Citizen", "CitizenService", "Identity", "facts"]


class CitizenService:
    """``sandbox`` is given in demo mode only; then it usually is the ``provider`` too."""

    def __init__(self, *, provider: IdentityProvider, sandbox: SandboxIdentityProvider | None = None):
        self._provider = provider
        self._sandbox = sandbox

    async def get(self, *, person_id: str) -> Citizen:
        """The person of an id. A visitor (``vs_…``) has no identity. Raises :class:`CitizenUnknown`, ``IdentityUnavailable``."""
        if person_id.startswith("vs_"):
            return Citizen(id=person_id, display_name=_words()["visitor"])
        profile = await self._provider.profile(person_id=person_id)
        if profile is None:
            raise CitizenUnknown
        return Citizen(id=person_id, display_name=profile.identity.name, script=profile.script, identity=profile.identity)

    async def sandbox(self, *, name: str) -> Citizen:
        """A demonstration citizen by his short name. Raises :class:`SandboxOff` outside demo mode, :class:`CitizenUnknown`."""
        if self._sandbox is None:
            raise SandboxOff
        person_id = await self._sandbox.id_of(name=name)
        if person_id is None:
            raise CitizenUnknown
        return await self.get(person_id=person_id)

    async def sandbox_list(self) -> list[dict[str, str]]:
        """Who can be played: ``id`` (the short name for :meth:`sandbox`), ``display_name``, ``note``. Raises :class:`SandboxOff`."""
        if self._sandbox is None:
            raise SandboxOff
        return [{"id": e["name"], "display_name": e["identity"]["name"], "note": e["note"]} for e in shipped()]

    def facts(self, *, citizen: Citizen, today: date) -> dict[str, str]:
        """See :func:`services.citizens.model.facts`."""
        return facts(citizen, today)


@cache
def _words() -> dict[str, str]:
    return yaml.safe_load((Path(__file__).parent / "words.yml").read_text(encoding="utf-8"))
