"""Drafts over HTTP: what is refused changes nothing, nobody overwrites anybody, nobody reviews himself."""

from __future__ import annotations

import asyncio
from typing import Any

from desk import blueprints
from tests.fakes.guides import document
from tests.integration.desk.editors.conftest import Office

DOG = document("gouzheng", name="养犬登记", aliases=["办狗证"], topic="养犬", summary="给狗办证。")
CATCH_ALL = {**DOG, "materials": [*DOG["materials"], {"id": "more", "name": "其他有关材料"}]}


def error(reply: Any) -> tuple[int, str]:
    return reply.status_code, reply.json()["error"]["code"]


async def test_a_bad_document_is_refused_with_the_places_and_nothing_changes(office: Office) -> None:
    refused = await office.ed.post("/guides", json={"document": {**DOG, "materials": [{"name": 3}]}})
    assert error(refused) == (422, "knowledge.bad_document")
    assert refused.json()["error"]["fields"]["materials[0].id"] == "申请材料第1项 · 编号：缺少这一项，必须填写"
    assert (await office.ed.get("/guides/gouzheng")).status_code == 404
    assert error(await office.ed.put("/guides/huzhao/draft", json={"base_revision": 1, "document": DOG})) == (422, "knowledge.bad_document")
    assert error(await office.ed.put("/guides/huzhao/draft", json={"base_revision": "1", "document": {}})) == (422, "system.invalid_input")
    assert (await office.ed.get("/guides/huzhao")).json()["base_revision"] == 1


async def test_an_id_is_taken_once(office: Office) -> None:
    replies = await asyncio.gather(*(office.ed.post("/guides", json={"document": DOG}) for _ in range(4)))
    assert sorted(r.status_code for r in replies) == [201, 409, 409, 409]
    assert error(await office.ed.post("/guides", json=document("huzhao"))) == (409, "knowledge.guide_exists"), "the bare document is understood"


async def test_of_two_who_save_one_is_told(office: Office) -> None:
    await office.ed.post("/guides", json={"document": DOG})
    texts = [{**DOG, "summary": f"第{at}人写的。"} for at in range(4)]
    replies = await asyncio.gather(*(office.ed.put("/guides/gouzheng/draft", json={"base_revision": 1, "document": d}) for d in texts))
    assert sorted(r.status_code for r in replies) == [200, 409, 409, 409]
    late = next(r for r in replies if r.status_code == 409).json()["error"]
    assert (late["code"], late["fields"]) == ("knowledge.stale", {"revision": 2, "author": "st_editor1"})


async def test_what_the_lint_refuses_is_not_handed_in(office: Office) -> None:
    await office.ed.post("/guides", json={"document": CATCH_ALL})
    refused = await office.ed.post("/guides/gouzheng/submit")
    assert error(refused) == (422, "knowledge.lint_refused")
    assert [p["rule"] for p in refused.json()["error"]["fields"]["problems"]] == ["material.catch_all"]
    assert (await office.ed.get("/guides/gouzheng")).json()["draft"]["state"] == "draft"
    [problem] = (await office.ed.post("/guides/gouzheng/lint")).json()["problems"]
    assert problem.keys() >= {"rule", "severity", "path", "message"} and problem["label"] == "申请材料“more” · 名称"
    assert (await office.ed.post("/guides/gouzheng/lint", json={"document": DOG})).json() == {"problems": []}
    [line] = (await office.ed.get("/guides", params={"q": "办狗证"})).json()["items"]
    assert line["lint"] == {"errors": 1, "warnings": 0}


async def test_nobody_reviews_what_he_had_a_hand_in(office: Office) -> None:
    await office.rv.post("/guides", json={"document": DOG})
    await office.ed.put("/guides/gouzheng/draft", json={"base_revision": 1, "document": {**DOG, "summary": "改了。"}})
    await office.ed.post("/guides/gouzheng/submit")
    assert error(await office.rv.post("/guides/gouzheng/review", json={"approve": True})) == (403, "knowledge.own_work")
    assert error(await office.ed.post("/guides/gouzheng/review", json={"approve": True})) == (403, "staff.not_permitted")
    assert (await office.ad.post("/guides/gouzheng/review", json={"approve": False, "comment": "写清楚"})).json()["state"] == "rejected"
    page = (await office.ed.get("/guides/gouzheng")).json()["draft"]
    assert (page["state"], page["comment"], page["reviewer"]) == ("rejected", "写清楚", "st_admin1")


async def test_steps_come_in_their_order(office: Office) -> None:
    await office.ed.post("/guides", json={"document": DOG})
    assert error(await office.rv.post("/guides/gouzheng/publish", json={})) == (409, "knowledge.not_that_state")
    assert error(await office.rv.post("/guides/gouzheng/review", json={"approve": True})) == (409, "knowledge.not_that_state")
    await office.ed.post("/guides/gouzheng/submit")
    assert error(await office.ed.post("/guides/gouzheng/submit")) == (409, "knowledge.not_that_state")
    await office.rv.post("/guides/gouzheng/review", json={"approve": True})
    await office.ed.put("/guides/gouzheng/draft", json={"base_revision": 1, "document": {**DOG, "summary": "又改了。"}})
    assert error(await office.rv.post("/guides/gouzheng/publish", json={})) == (409, "knowledge.not_that_state"), "what was approved is not this"
    assert (await office.ed.delete("/guides/gouzheng/draft")).status_code == 204
    assert (await office.ed.get("/guides/gouzheng")).status_code == 404
    assert (await office.ed.post("/guides", json={"document": DOG})).json()["revision"] == 3


VIEWS = [
    ("GET", "/guides"), ("POST", "/guides"), ("GET", "/guides/huzhao"), ("PUT", "/guides/huzhao/draft"), ("DELETE", "/guides/huzhao/draft"),
    ("POST", "/guides/huzhao/lint"), ("POST", "/guides/huzhao/submit"), ("POST", "/guides/huzhao/review"), ("GET", "/guides/huzhao/revisions"),
    ("POST", "/guides/huzhao/replay"), ("POST", "/guides/huzhao/publish"), ("POST", "/guides/huzhao/withdraw"),
    ("POST", "/guides/huzhao/rollback"), ("POST", "/import"), ("GET", "/export"), ("GET", "/questions"),
]  # fmt: skip


def test_the_list_of_views_above_is_whole() -> None:
    declared = {
        (method, (b.url_prefix + route.uri).removeprefix("/api/editor").rstrip("/"))
        for b in blueprints if b.url_prefix.startswith("/api/editor") for route in b._future_routes for method in route.methods or {"GET"}
    }  # fmt: skip
    assert declared == {(method, path.replace("huzhao", "<guide_id:str>")) for method, path in VIEWS}


async def test_strangers_get_nothing_and_agents_only_read(office: Office) -> None:
    for method, path in VIEWS:
        assert (await office.nobody.request(method, path)).status_code == 401
        reply = await office.ag.request(method, path)
        assert reply.status_code == 200 if method == "GET" and path != "/questions" else error(reply) == (403, "staff.not_permitted")


async def test_editors_do_not_publish(office: Office) -> None:
    for path, body in {"publish": {}, "withdraw": None, "rollback": {"version": 1}}.items():
        assert error(await office.ed.post(f"/guides/huzhao/{path}", json=body)) == (403, "staff.not_permitted")


async def test_the_list_and_one_guide(office: Office) -> None:
    await office.ed.post("/guides", json={"document": {**DOG, "department": "公安局"}})
    await office.ed.put("/guides/huzhao/draft", json={"base_revision": 1, "document": document("huzhao", name="普通护照首次申请")})
    found = (await office.ed.get("/guides")).json()
    assert [i["id"] for i in found["items"]][:2] == ["huzhao", "gouzheng"] and found["counts"] == {"draft": 2, "published": 2}
    passport = found["items"][0]
    assert (passport["state"], passport["published_version"], passport["draft_revision"], passport["author_name"]) == ("draft", 1, 2, "何俊文")
    assert {i["id"] for i in (await office.ed.get("/guides", params={"state": "published"})).json()["items"]} == {"huzhao", "hunyin", "shenfenzheng"}
    assert [i["id"] for i in (await office.ed.get("/guides", params={"q": "公安局"})).json()["items"]] == ["gouzheng"]
    assert (await office.ed.get("/guides", params={"state": "lost"})).status_code == 422
    page = (await office.ed.get("/guides/huzhao")).json()
    assert page["published"]["version"] == 1 and page["draft"]["revision"] == page["base_revision"] == 2
    assert page["published"]["document"]["aliases"] != page["draft"]["document"]["aliases"]


async def test_history_tells_who_changed_what(office: Office) -> None:
    await office.ed.put("/guides/huzhao/draft", json={"base_revision": 1, "document": {**DOG, "id": "huzhao"}})
    await office.rv.put("/guides/huzhao/draft", json={"base_revision": 2, "document": {**DOG, "id": "huzhao", "summary": "改了。"}})
    revisions = (await office.ed.get("/guides/huzhao/revisions")).json()["revisions"]
    assert [(r["revision"], r["state"], r["author_name"], r["based_on"]) for r in revisions] == [
        (3, "draft", "梁国栋", 2), (2, "replaced", "何俊文", 1), (1, "published", "系统自带", None),
    ]  # fmt: skip
    assert revisions[0]["changes"] == [{"path": "summary", "label": "简介", "change": "changed", "before": "给狗办证。", "after": "改了。"}]
    assert {c["path"] for c in revisions[1]["changes"]} >= {"name", "summary", "topic"} and revisions[2]["changes"] == []
