"""SQL of drafts; every function runs in the caller's transaction. Values go in and out sealed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from common.vault import Vault
from knowledge.schema.guide import Guide
from services.forms.model import Value
from services.forms.state import Draft
from services.forms.tables import changes, drafts


async def add(connection: AsyncConnection, vault: Vault, draft: Draft) -> bool:
    """Stores a new draft; ``False`` if the person already has an open one of this guide for this subject."""
    statement = insert(drafts).values(id=draft.id, person_id=draft.person_id, created_at=draft.created_at, **_columns(vault, draft))
    one = [drafts.c.person_id, drafts.c.guide_id, drafts.c.subject]
    statement = statement.on_conflict_do_nothing(index_elements=one, index_where=drafts.c.state == "open")
    return await connection.scalar(statement.returning(drafts.c.id)) is not None


async def save(connection: AsyncConnection, vault: Vault, draft: Draft) -> None:
    await connection.execute(drafts.update().where(drafts.c.id == draft.id).values(**_columns(vault, draft)))


async def note(connection: AsyncConnection, draft: Draft, *, at: datetime, actor: str, turn_id: str | None) -> None:
    """Stores who changed what; never the values."""
    always = {"form_id": draft.id, "revision": draft.revision, "at": at, "actor": actor, "turn_id": turn_id}
    rows = [{**always, "action": action, "field": name or None, "source": source} for action, name, source in draft.changes]
    if rows:
        await connection.execute(changes.insert(), rows)
    draft.changes.clear()


async def find(
    connection: AsyncConnection, vault: Vault, *where: sa.ColumnElement[bool], lock: bool = False, limit: int | None = None
) -> list[Draft]:
    """Drafts, last touched first."""
    query = sa.select(drafts).where(*where).order_by(drafts.c.updated_at.desc(), drafts.c.id.desc()).limit(limit)
    rows = (await connection.execute(query.with_for_update() if lock else query)).mappings().all()
    return [_draft(vault, row) for row in rows]


async def trail(connection: AsyncConnection, form_id: str) -> list[dict[str, Any]]:
    query = sa.select(changes).where(changes.c.form_id == form_id).order_by(changes.c.id)
    return [dict(row) for row in (await connection.execute(query)).mappings()]


async def wipe(connection: AsyncConnection, vault: Vault, *where: sa.ColumnElement[bool], state: str) -> list[str]:
    """Closes drafts and forgets their values; answers with their ids."""
    statement = drafts.update().where(*where).values(state=state, sealed=vault.seal({}), answers={}).returning(drafts.c.id)
    return list((await connection.scalars(statement)).all())


async def delete(connection: AsyncConnection, person_id: str) -> int:
    gone = (await connection.scalars(drafts.delete().where(drafts.c.person_id == person_id).returning(drafts.c.id))).all()
    if gone:
        await connection.execute(changes.delete().where(changes.c.form_id.in_(gone)))
    return len(gone)


def _columns(vault: Vault, draft: Draft) -> dict[str, Any]:
    return {
        "conversation_id": draft.conversation_id,
        "guide_id": draft.guide.id,
        "guide_version": draft.guide_version,
        "state": draft.state,
        "subject": draft.subject,
        "revision": draft.revision,
        "definition": draft.guide.document(),
        "answers": draft.answers,
        "asking": draft.asking,
        "sealed": vault.seal({name: _packed(v) for name, v in draft.values.items()}),
        "case_id": draft.case_id,
        "updated_at": draft.updated_at,
        "expires_at": draft.expires_at,
    }


def _packed(value: Value) -> list[Any]:
    return [value.value, value.source, value.locked, value.revision]


def _draft(vault: Vault, row: sa.RowMapping) -> Draft:
    return Draft(
        id=row["id"],
        person_id=row["person_id"],
        conversation_id=row["conversation_id"],
        guide_version=row["guide_version"],
        guide=_guide(row["definition"]),
        state=row["state"],
        subject=row["subject"],
        revision=row["revision"],
        answers=row["answers"],
        values={name: Value(*packed) for name, packed in vault.open(row["sealed"]).items()},
        asking=row["asking"],
        case_id=row["case_id"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        expires_at=row["expires_at"],
    )


def _guide(document: dict[str, Any]) -> Guide:
    return Guide.model_validate(document)
