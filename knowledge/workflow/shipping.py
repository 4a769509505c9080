"""The guides that come with the code, published into the database; only what changed becomes a new version."""

from __future__ import annotations

from common.database import Database
from knowledge.schema.guide import Guide
from knowledge.schema.library import shipped_guides
from knowledge.workflow import store

AUTHOR = "shipped"


async def load_shipped(database: Database, guides: list[Guide] | None = None) -> int:
    """Publishes new and changed shipped guides as one edition; a guide an editor published or withdrew stays as he left it. Returns how many changed.

    Guides that are no longer shipped are withdrawn, unless an editor has taken them over.
    """
    shipped = {g.id: g for g in (shipped_guides() if guides is None else guides)}
    async with database.begin() as conn:
        await store.lock(conn)
        present, gone = {r.guide_id: r for r in await store.published(conn)}, await store.withdrawn_by_editors(conn)
        changed = 0
        for guide_id, guide in shipped.items():
            row, document = present.get(guide_id), guide.document()
            if (row is None and guide_id not in gone) or (row is not None and row.author == AUTHOR and row.digest != store.digest(document)):
                await store.publish(conn, guide_id=guide_id, document=document, author=AUTHOR, effective_from=guide.effective_from)
                changed += 1
        for guide_id, row in present.items():
            if guide_id not in shipped and row.author == AUTHOR:
                changed += await store.withdraw(conn, guide_id)
        if changed:
            await store.add_edition(conn, reason="shipped")
    return changed
