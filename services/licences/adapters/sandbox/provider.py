"""The whole of a licence store on one machine: the sandbox citizens' licences in PostgreSQL, sealed like real ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml
from sqlalchemy.dialects.postgresql import insert

from common.database import Database
from common.vault import Vault
from services.licences.model import Licence
from services.licences.tables import sandbox


def shipped() -> dict[str, list[dict[str, Any]]]:
    """Licences by the short name of their owner."""
    return yaml.safe_load((Path(__file__).parent / "licences.yml").read_text(encoding="utf-8"))


class SandboxLicenceProvider:
    """Call :meth:`seed` once at start; it is harmless to call it again."""

    def __init__(self, *, database: Database, vault: Vault):
        self._database = database
        self._vault = vault

    async def seed(self) -> None:
        rows = [
            {
                "person_id": f"ct_{name}",
                "kind": entry["kind"],
                "position": position,
                "sealed": self._vault.seal(Licence.model_validate(entry).model_dump(mode="json")),
            }
            for name, entries in shipped().items()
            for position, entry in enumerate(entries)
        ]
        statement = insert(sandbox).values(rows)
        statement = statement.on_conflict_do_update(
            index_elements=[sandbox.c.person_id, sandbox.c.kind],
            set_={"position": statement.excluded.position, "sealed": statement.excluded.sealed},
        )
        async with self._database.begin() as connection:
            await connection.execute(statement)

    async def licences(self, *, person_id: str) -> list[Licence]:
        query = sa.select(sandbox.c.sealed).where(sandbox.c.person_id == person_id).order_by(sandbox.c.position)
        async with self._database.begin() as connection:
            sealed = (await connection.scalars(query)).all()
        return [Licence.model_validate(self._vault.open(s)) for s in sealed]
