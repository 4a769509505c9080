"""The whole of an identity provider on one machine: fictitious citizens in PostgreSQL, sealed like real ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml
from sqlalchemy.dialects.postgresql import insert

from common.database import Database
from common.vault import Vault
from services.citizens.model import Identity
from services.citizens.ports import Profile
from services.citizens.tables import sandbox


def shipped() -> list[dict[str, Any]]:
    """The sandbox citizens of the contract: ``name``, ``identity`` and, where it differs, ``script``."""
    return yaml.safe_load((Path(__file__).parent / "citizens.yml").read_text(encoding="utf-8"))


def person_id(name: str) -> str:
    return f"ct_{name}"


class SandboxIdentityProvider:
    """Call :meth:`seed` once at start; it is harmless to call it again."""

    def __init__(self, *, database: Database, vault: Vault):
        self._database = database
        self._vault = vault

    async def seed(self) -> None:
        """Writes the shipped citizens, over what an earlier version shipped."""
        rows = [
            {
                "id": person_id(entry["name"]),
                "name": entry["name"],
                "script": entry.get("script", "hans"),
                "sealed": self._vault.seal(Identity.model_validate(entry["identity"]).model_dump(mode="json")),
            }
            for entry in shipped()
        ]
        statement = insert(sandbox).values(rows)
        statement = statement.on_conflict_do_update(
            index_elements=[sandbox.c.id], set_={"script": statement.excluded.script, "sealed": statement.excluded.sealed}
        )
        async with self._database.begin() as connection:
            await connection.execute(statement)

    async def id_of(self, *, name: str) -> str | None:
        """The person id of a sandbox citizen's short name (``zhang-wei``)."""
        async with self._database.begin() as connection:
            return await connection.scalar(sa.select(sandbox.c.id).where(sandbox.c.name == name))

    async def profile(self, *, person_id: str) -> Profile | None:
        async with self._database.begin() as connection:
            row = (await connection.execute(sa.select(sandbox).where(sandbox.c.id == person_id))).first()
        if row is None:
            return None
        return Profile(Identity.model_validate(self._vault.open(row.sealed)), script=row.script)
