"""The door, on a real PostgreSQL. The index is built in this process with the tests' encoder, except in the one test of the real way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from common.database import Database
from common.settings import Settings
from knowledge import service
from knowledge.errors import GuideNotFound, SearchUnavailable
from knowledge.index import opening
from knowledge.index.build import build_index
from knowledge.index.encoder import FakeEncoder
from knowledge.index.files import IndexFolder
from knowledge.index.fingerprint import index_fingerprint
from knowledge.index.vector_cache import VectorCache
from knowledge.model import PublishedGuide, put_together
from knowledge.schema.guide import Guide
from knowledge.service import Knowledge
from knowledge.workflow import store
from knowledge.workflow.shipping import load_shipped
from tests.fakes.guides import document, three

pytestmark = pytest.mark.usefixtures("quick_builds")


@pytest.fixture
def config(tmp_path: Path, fresh_database_url: str) -> Settings:
    return Settings(home=tmp_path, encoder="fake", database_url=fresh_database_url, secret_key=SecretStr("test"))


@pytest.fixture
def quick_builds(monkeypatch: pytest.MonkeyPatch, database: Database) -> list[str]:
    """Builds without questions and without another process; says what was built."""
    made: list[str] = []

    async def build(config: Settings) -> None:
        async with database.begin() as conn:
            rows = await store.published(conn)
        written = {r.guide_id: PublishedGuide(r.guide_id, r.version, Guide.model_validate(r.document)) for r in rows}
        guides = list(put_together(written).values())
        fingerprint = index_fingerprint(guides, encoder="fake")
        folder = IndexFolder.of_home(config.home)
        folder.save(build_index(guides, fingerprint=fingerprint, encoder="fake", cache=VectorCache(folder.path, FakeEncoder()), questions=[]))
        made.append(fingerprint)

    monkeypatch.setattr(opening, "build_apart", build)
    return made


@pytest.fixture
async def knowledge(config: Settings, database: Database) -> AsyncIterator[Knowledge]:
    await load_shipped(database, [p.guide for p in three()])
    opened = Knowledge(config)
    yield opened
    await opened.close()


async def test_what_is_published_is_found_and_read(knowledge: Knowledge, database: Database) -> None:
    await knowledge.start(database, load=False)
    await knowledge.ready()
    found = knowledge.search("办护照")
    assert found.answerable and found.results[0].guide_id == "huzhao" and knowledge.status() == "ok"
    assert knowledge.guide("huzhao").guide.name == found.results[0].name == "普通护照首次申请"
    assert [g.id for g in knowledge.guides()] == ["hunyin", "huzhao", "shenfenzheng"]
    public = found.public()
    assert public.keys() == {"answerable", "results", "took_ms"}
    assert public["results"][0].keys() == {"guide_id", "name", "region", "score", "passage"}


async def test_before_the_index_is_there_guides_are_read_and_search_says_that_it_is_unavailable(knowledge: Knowledge, database: Database) -> None:
    await knowledge.start(database, load=False)
    assert knowledge.guide("huzhao").version == 1 and knowledge.status() == "starting"
    with pytest.raises(SearchUnavailable):
        knowledge.search("护照")
    await knowledge.ready()
    assert knowledge.search("护照").results


async def test_an_unknown_guide_is_not_found(knowledge: Knowledge, database: Database) -> None:
    await knowledge.start(database, load=False)
    with pytest.raises(GuideNotFound):
        knowledge.guide("nothing")


async def test_a_second_start_needs_no_building(knowledge: Knowledge, config: Settings, database: Database, quick_builds: list[str]) -> None:
    await knowledge.start(database, load=False)
    await knowledge.ready()
    second = Knowledge(config)
    await second.start(database, load=False)
    await second.ready()
    assert len(quick_builds) == 1 and second.search("护照").results
    await second.close()


async def _edit(database: Database, guide_id: str, **changes: object) -> None:
    async with database.begin() as conn:
        await store.publish(conn, guide_id=guide_id, document=document(guide_id, **changes), author="editor1")
        await store.add_edition(conn, reason="edited")


async def test_what_another_process_publishes_is_taken_over_whole(knowledge: Knowledge, database: Database) -> None:
    await knowledge.start(database, load=False)
    await knowledge.ready()
    before = knowledge.edition()
    await _edit(database, "gouzheng", name="养犬登记", aliases=["办狗证"])
    assert await knowledge.reload(database)
    assert knowledge.search("办狗证").results[0].guide_id != "gouzheng" and knowledge.edition() == before, "the old edition serves meanwhile"
    await knowledge.ready()
    assert knowledge.search("办狗证").results[0].guide_id == "gouzheng" and knowledge.edition() > before
    assert not await knowledge.reload(database)


async def test_a_withdrawn_guide_is_neither_found_nor_read(knowledge: Knowledge, database: Database) -> None:
    await knowledge.start(database, load=False)
    await knowledge.ready()
    async with database.begin() as conn:
        await store.withdraw(conn, "huzhao")
        await store.add_edition(conn, reason="withdrawn")
    await knowledge.reload(database)
    await knowledge.ready()
    assert "huzhao" not in [h.guide_id for h in knowledge.search("办护照", top_k=50).results]
    with pytest.raises(GuideNotFound):
        knowledge.guide("huzhao")


async def test_an_edition_that_cannot_be_indexed_leaves_the_one_before_in_use(
    knowledge: Knowledge, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await knowledge.start(database, load=False)
    await knowledge.ready()

    async def fail(_: Settings) -> None:
        raise RuntimeError("no room")

    monkeypatch.setattr(opening, "build_apart", fail)
    monkeypatch.setattr(opening, "amend", lambda *_, **__: (_ for _ in ()).throw(RuntimeError("no room")))
    await _edit(database, "gouzheng", name="养犬登记", aliases=["办狗证"])
    assert await knowledge.reload(database)
    await knowledge.ready()
    assert knowledge.status() == "ok" and knowledge.search("办护照").results[0].guide_id == "huzhao"
    assert not await knowledge.reload(database), "it is not tried again at once"
    monkeypatch.setattr(service, "RETRY_S", 0.0)
    assert await knowledge.reload(database)


async def test_a_search_that_breaks_is_an_outage_and_never_no_answer(knowledge: Knowledge, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await knowledge.start(database, load=False)
    await knowledge.ready()
    monkeypatch.setattr(FakeEncoder, "queries", lambda *_: (_ for _ in ()).throw(OSError("engine gone")))
    with pytest.raises(SearchUnavailable):
        knowledge.search("护照")


async def test_reading_goes_on_while_editions_change(knowledge: Knowledge, database: Database) -> None:
    await knowledge.start(database, load=False)
    await knowledge.ready()
    seen: set[str] = set()

    async def read() -> None:
        for _ in range(200):
            for hit in knowledge.search("登记", top_k=50).results:
                knowledge.guide(hit.guide_id)  # a hit of one edition is never missing in the guides of the same
                seen.add(hit.guide_id)
            await asyncio.sleep(0)

    async def write() -> None:
        await _edit(database, "gouzheng", name="养犬登记", aliases=["办狗证"])
        await knowledge.reload(database)
        await knowledge.ready()

    await asyncio.gather(read(), write())
    await read()
    assert "gouzheng" in seen
