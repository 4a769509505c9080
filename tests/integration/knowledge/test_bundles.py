"""A bundle follows its items: what an editor publishes of one of them stands in the bundle with the same edition."""

from __future__ import annotations

import pytest

from common.database import Database
from knowledge.model import PublishedGuide
from knowledge.schema.guide import Guide
from knowledge.service import Knowledge
from knowledge.workflow.shipping import load_shipped
from tests.fakes.guides import guide
from tests.integration.knowledge.test_service import config, knowledge, quick_builds  # noqa: F401 -- fixtures

pytestmark = pytest.mark.usefixtures("quick_builds")


def item(guide_id: str, *papers: str) -> Guide:
    materials = [{"id": f"m{at}", "name": name} for at, name in enumerate(papers)]
    return guide(guide_id, name=f"事项{guide_id}", aliases=[f"办{guide_id}"], topic=guide_id, situations=[], materials=materials)


async def test_a_bundle_shows_its_items_as_they_are_published_and_changes_with_them(knowledge: Knowledge, database: Database) -> None:  # noqa: F811
    members = [{"guide": "jia", "key": "a"}, {"guide": "yi", "key": "b", "after": ["jia"]}]
    whole = guide("quan", name="一件事", aliases=["一起办"], situations=[], materials=[], bundle={"joint": False, "members": members})
    await load_shipped(database, [item("jia", "户口簿"), item("yi", "户口簿", "照片"), whole])
    await knowledge.start(database, load=False)
    await knowledge.ready()
    document = knowledge.guide("quan").guide.document()
    assert [(m["name"], m["serves"]) for m in document["materials"]] == [("户口簿", ["jia", "yi"]), ("照片", ["yi"])]
    assert [m["name"] for m in document["bundle"]["members"]] == ["事项jia", "事项yi"]
    assert knowledge.search("一起办").results[0].guide_id == "quan"

    without = (await knowledge.prepare(database, drop="yi")).guides["quan"].guide
    assert without.bundle is not None and without.bundle.missing == ["yi"] and [m.name for m in without.materials] == ["户口簿"]

    prepared = await knowledge.prepare(database, put=PublishedGuide("jia", 2, item("jia", "结婚证")))
    assert [m.name for m in prepared.guides["quan"].guide.materials] == ["结婚证", "户口簿", "照片"]
    assert [m.name for m in knowledge.guide("quan").guide.materials] == ["户口簿", "照片"]  # nothing is in use before it is committed
    knowledge.adopt(prepared, edition=knowledge.edition() + 1)
    assert [m.name for m in knowledge.guide("quan").guide.materials] == ["结婚证", "户口簿", "照片"]


async def test_the_variant_of_the_nearest_region_is_read(knowledge: Knowledge, database: Database) -> None:  # noqa: F811
    city = guide("shi", region={"level": "city", "code": "440100", "name": "广州市"})
    district = guide("qu", region={"level": "district", "code": "440115", "name": "南沙区"})
    await load_shipped(database, [city, district])
    await knowledge.start(database, load=False)
    await knowledge.ready()
    assert knowledge.variant("shi", region="南沙区").id == "qu"
    assert knowledge.variant("qu", region="天河区").id == knowledge.variant("qu").id == "shi"
