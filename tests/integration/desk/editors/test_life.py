"""The life of a guide over HTTP, from the first draft to the withdrawal, and who may do what."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from common.clock import today
from knowledge.service import Knowledge
from knowledge.workflow.shipping import load_shipped
from tests.fakes.guides import document, three
from tests.integration.desk.editors.conftest import Office

DOG = document("gouzheng", name="养犬登记", aliases=["办狗证"], topic="养犬", summary="给狗办证。")
PASSPORT = three()[1].guide.document()


async def test_from_draft_to_withdrawal(office: Office) -> None:
    created = await office.ed.post("/guides", json={"document": DOG})
    assert (created.status_code, created.json()) == (201, {"id": "gouzheng", "revision": 1, "state": "draft"})
    assert (await office.ed.post("/guides/gouzheng/lint")).json() == {"problems": []}
    assert (await office.ed.post("/guides/gouzheng/submit")).json()["state"] == "submitted"
    assert (await office.rv.post("/guides/gouzheng/review", json={"approve": True, "comment": "可以"})).json()["state"] == "approved"
    done = (await office.rv.post("/guides/gouzheng/publish", json={})).json()
    assert done["version"] == 1 and done["index_version"] == office.knowledge.edition() and done["replay"].keys() == {"questions", "changed"}
    assert office.best("办狗证") == "gouzheng" and office.knowledge.guide("gouzheng").guide.name == "养犬登记"
    gone = (await office.rv.post("/guides/gouzheng/withdraw")).json()
    assert gone["version"] is None and gone["index_version"] > done["index_version"]
    assert office.best("办狗证") != "gouzheng" and "gouzheng" not in {g.id for g in office.knowledge.guides()}
    assert await office.actions() == ["guide.create", "guide.submit", "guide.approve", "guide.publish", "guide.withdraw"]
    assert await office.audit.broken_at() is None


async def test_going_back_is_a_new_version(office: Office) -> None:
    await office.approved({**PASSPORT, "summary": "改过的话。"})
    assert (await office.rv.post("/guides/huzhao/publish", json={})).json()["version"] == 2
    assert office.knowledge.guide("huzhao").guide.summary == "改过的话。"
    back = (await office.ad.post("/guides/huzhao/rollback", json={"version": 1})).json()
    assert back["version"] == 3 and office.knowledge.guide("huzhao").guide.document() == PASSPORT
    same = await office.ad.post("/guides/huzhao/rollback", json={"version": 3})
    assert (same.status_code, same.json()["error"]["code"]) == (409, "knowledge.already_published")
    assert (await office.ad.post("/guides/huzhao/rollback", json={"version": 9})).status_code == 404
    assert (await office.ad.post("/guides/nothing/rollback", json={"version": 1})).status_code == 404


async def test_every_process_takes_up_what_was_published(office: Office) -> None:
    other = await office.other_process()
    watching = asyncio.create_task(other.watch(office.database, every_s=0.02))
    await office.approved(DOG)
    await office.rv.post("/guides/gouzheng/publish", json={})
    for _ in range(500):
        other.search("办护照")  # never fails meanwhile
        if other.edition() == office.knowledge.edition():
            break
        await asyncio.sleep(0.02)
    watching.cancel()
    assert office.best("办狗证", other) == "gouzheng"
    restarted = await office.other_process()
    assert office.best("办狗证", restarted) == "gouzheng" and restarted.guide("gouzheng").version == 1


async def test_a_process_that_shares_no_disk_makes_the_same_index_itself(office: Office, tmp_path_factory: pytest.TempPathFactory) -> None:
    office.config = office.config.model_copy(update={"home": tmp_path_factory.mktemp("elsewhere")})
    other = await office.other_process()
    await office.approved(DOG)
    await office.rv.post("/guides/gouzheng/publish", json={})
    assert await other.reload(office.database)
    await other.ready()
    assert [h.score for h in other.search("办狗证").results] == pytest.approx([h.score for h in office.knowledge.search("办狗证").results])


async def test_what_takes_effect_later_waits_for_its_day(office: Office) -> None:
    day = today(office.clock) + timedelta(days=2)
    await office.approved(DOG)
    done = (await office.rv.post("/guides/gouzheng/publish", json={"effective_from": day.isoformat()})).json()
    assert done["scheduled"] is True and done["effective_from"] == day.isoformat() and done["version"] == 1
    assert await office.editing.publishing.go_live_when_due() == 0 and office.best("办狗证") != "gouzheng"
    [line] = (await office.ed.get("/guides", params={"state": "scheduled"})).json()["items"]
    assert (line["id"], line["effective_from"], line["published_version"]) == ("gouzheng", day.isoformat(), None)
    office.clock.moment += timedelta(days=2)
    assert await office.editing.publishing.go_live_when_due() == 1 and office.best("办狗证") == "gouzheng"
    assert await office.editing.publishing.go_live_when_due() == 0
    assert office.knowledge.guide("gouzheng").effective_from == day


async def test_saving_takes_a_schedule_back(office: Office) -> None:
    await office.approved(DOG)
    await office.rv.post("/guides/gouzheng/publish", json={"effective_from": (today(office.clock) + timedelta(days=1)).isoformat()})
    await office.ed.put("/guides/gouzheng/draft", json={"base_revision": 1, "document": {**DOG, "summary": "再想想。"}})
    office.clock.moment += timedelta(days=3)
    assert await office.editing.publishing.go_live_when_due() == 0


async def test_a_withdrawn_guide_stays_withdrawn_when_the_code_ships_it_again(office: Office) -> None:
    await office.rv.post("/guides/huzhao/withdraw")
    assert await load_shipped(office.database, [p.guide for p in three()]) == 0
    restarted = await office.other_process()
    assert "huzhao" not in {g.id for g in restarted.guides()}
    assert (await office.rv.post("/guides/huzhao/rollback", json={"version": 1})).json()["version"] == 2


async def test_two_publications_at_once_both_go_through(office: Office) -> None:
    await office.approved(DOG)
    await office.approved({**PASSPORT, "summary": "改过的话。"})
    one, other = await asyncio.gather(office.rv.post("/guides/gouzheng/publish", json={}), office.ad.post("/guides/huzhao/publish", json={}))
    assert (one.status_code, other.status_code) == (200, 200) and one.json()["index_version"] != other.json()["index_version"]
    assert office.best("办狗证") == "gouzheng" and office.knowledge.guide("huzhao").version == 2


async def test_another_process_that_published_meanwhile_is_not_overwritten(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    await office.approved(DOG)
    await office.approved({**PASSPORT, "summary": "改过的话。"})
    prepare, once = Knowledge.prepare, []

    async def interrupted(self: Knowledge, *args, **kwargs):  # type: ignore[no-untyped-def]
        prepared = await prepare(self, *args, **kwargs)
        if not once:
            once.append(True)
            await office.editing.publishing.__class__(
                database=office.database, clock=office.clock, audit=office.audit, knowledge=await office.other_process(),
                writing=office.editing.writing, past=office.editing.questions.about,
            ).publish(guide_id="huzhao", by="st_admin1")  # fmt: skip
        return prepared

    monkeypatch.setattr(Knowledge, "prepare", interrupted)
    assert (await office.rv.post("/guides/gouzheng/publish", json={})).status_code == 200
    assert office.best("办狗证") == "gouzheng" and office.knowledge.guide("huzhao").version == 2


async def test_the_last_guide_is_not_withdrawn(office: Office) -> None:
    assert [(await office.rv.post(f"/guides/{i}/withdraw")).status_code for i in ("hunyin", "huzhao", "shenfenzheng")] == [200, 200, 409]
    assert (await office.rv.post("/guides/hunyin/withdraw")).json()["error"]["code"] == "knowledge.not_published"
    assert (await office.rv.post("/guides/nothing/withdraw")).status_code == 404
