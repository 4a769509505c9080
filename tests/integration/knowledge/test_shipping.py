"""Publishing the shipped guides into a real PostgreSQL."""

from __future__ import annotations

import asyncio

from common.database import Database
from knowledge.schema.guide import Guide
from knowledge.schema.library import shipped_guides
from knowledge.workflow import store
from knowledge.workflow.shipping import load_shipped
from tests.fakes.guides import document, guide


async def _now(database: Database) -> tuple[int, dict[str, int]]:
    async with database.begin() as conn:
        edition = await store.newest_edition(conn)
        return (edition.id, edition.guides) if edition else (0, {})


async def test_loading_twice_publishes_once(database: Database) -> None:
    assert await load_shipped(database, [guide("a"), guide("b")]) == 2
    first = await _now(database)
    assert first[1] == {"a": 1, "b": 1}
    assert await load_shipped(database, [guide("a"), guide("b")]) == 0
    assert await _now(database) == first


async def test_only_what_changed_becomes_a_new_version(database: Database) -> None:
    await load_shipped(database, [guide("a"), guide("b")])
    before, _ = await _now(database)
    assert await load_shipped(database, [guide("a"), guide("b", summary="改了一句。")]) == 1
    edition, guides = await _now(database)
    assert edition > before and guides == {"a": 1, "b": 2}


async def test_what_is_no_longer_shipped_is_withdrawn(database: Database) -> None:
    await load_shipped(database, [guide("a"), guide("b")])
    await load_shipped(database, [guide("a")])
    assert (await _now(database))[1] == {"a": 1}


async def test_an_editors_version_is_left_alone(database: Database) -> None:
    await load_shipped(database, [guide("a")])
    async with database.begin() as conn:
        version = await store.publish(conn, guide_id="a", document=document("a", summary="编辑改的。"), author="editor1")
        await store.add_edition(conn, reason="edited")
    assert version == 2
    assert await load_shipped(database, [guide("a", summary="又发了一版。")]) == 0
    async with database.begin() as conn:
        assert [(r.author, r.document["summary"]) for r in await store.published(conn)] == [("editor1", "编辑改的。")]


async def test_two_processes_that_start_together_publish_one_edition(database: Database) -> None:
    changed = await asyncio.gather(*(load_shipped(database, [guide("a"), guide("b")]) for _ in range(4)))
    assert sorted(changed) == [0, 0, 0, 2]


async def test_every_shipped_guide_comes_back_from_the_database_as_it_was(database: Database) -> None:
    shipped = shipped_guides()
    assert await load_shipped(database, shipped) == len(shipped) > 0
    async with database.begin() as conn:
        rows = await store.published(conn)
    assert {r.guide_id: Guide.model_validate(r.document).document() for r in rows} == {g.id: g.document() for g in shipped}
