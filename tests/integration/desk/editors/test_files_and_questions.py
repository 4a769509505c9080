"""Files in and out over HTTP, all of one or nothing; and the questions that went badly, alike ones together."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from common.ids import new_id
from services.conversations.tables import conversation, turn
from tests.integration.desk.editors.conftest import Office


async def take_in(office: Office, body: bytes, name: str) -> Any:
    return await office.ed.post("/import", files={"file": (name, body)})


async def test_what_goes_out_comes_in_unchanged(office: Office) -> None:
    for format in ("xlsx", "csv", "yaml"):
        out = await office.ed.get("/export", params={"format": format})
        assert out.status_code == 200 and f"guides.{format}" in out.headers["content-disposition"]
        done = await take_in(office, out.content, f"a.{format}")
        assert done.status_code == 201 and {d["done"] for d in done.json()["drafts"]} == {"unchanged"} and len(done.json()["drafts"]) == 3
    assert (await office.ed.get("/guides", params={"state": "draft"})).json()["items"] == []


async def test_a_changed_file_makes_drafts(office: Office) -> None:
    done = await take_in(office, "事项编号,实施主体\nhuzhao,出入境管理局\nhunyin,民政局\n".encode(), "更新.csv")
    assert [(d["id"], d["revision"], d["done"]) for d in done.json()["drafts"]] == [("huzhao", 2, "saved"), ("hunyin", 2, "saved")]
    assert (await office.ed.get("/guides/huzhao")).json()["draft"]["document"]["department"] == "出入境管理局"
    assert (await office.ed.get("/guides/huzhao/revisions")).json()["revisions"][0]["origin"] == "import"
    only = await office.ed.get("/export", params={"format": "yaml", "state": "draft", "id": "huzhao"})
    assert only.text.count("出入境管理局") == 1 and "民政局" not in only.text


FAULTS = [
    ("a.csv", "事项编号,实施主体,区划代码\nhuzhao,好,\nhunyin,,不是代码\n", "指南 第3行 · 适用区域 · 区划代码"),
    ("a.csv", "事项编号,实施主体\nhuzhao,好\nxin-shixiang,\n", "指南 第3行 · 事项名称"),
    ("a.csv", "部分,事项编号,名称,份数\n申请材料,huzhao,甲,1\n申请材料,huzhao,,2\n", "申请材料 第3行 · 申请材料第2项 · 名称"),
    ("a.yaml", "- id: x\n- 3\n", "第1份指南 · 事项名称"),
    ("a.yml", "- id: x\n- 3\n", "第2份指南 · 指南"),
    ("a.xlsx", "no workbook", "指南"),
    ("a.csv", "", "指南"),
]


async def test_one_fault_and_nothing_is_taken_in(office: Office) -> None:
    for name, body, place in FAULTS:
        refused = await take_in(office, body.encode(), name)
        assert (refused.status_code, refused.json()["error"]["code"]) == (422, "knowledge.bad_file")
        assert place in refused.json()["error"]["fields"], refused.text
    assert (await office.ed.get("/guides", params={"state": "draft"})).json()["items"] == []


async def test_what_is_being_reviewed_is_not_taken_away(office: Office) -> None:
    await take_in(office, "事项编号,实施主体\nhuzhao,好\n".encode(), "a.csv")
    await office.ed.post("/guides/huzhao/submit")
    refused = await take_in(office, "事项编号,实施主体\nhunyin,好\nhuzhao,坏\n".encode(), "a.csv")
    assert refused.json()["error"]["fields"] == {"指南 第3行": "这份指南现在是“待审核”，不能用文件改它"}


async def test_other_files_are_refused(office: Office) -> None:
    assert (await take_in(office, b"x", "a.docx")).json()["error"]["code"] == "knowledge.unknown_format"
    assert (await office.ed.post("/import")).status_code == 422
    assert (await office.ed.get("/export", params={"format": "docx"})).status_code == 422


async def asked(office: Office, text: str, *, outcome: str = "no_answer", erased: bool = False, days_ago: int = 0) -> None:
    now, cid = office.clock.now() - timedelta(days=days_ago), new_id("cv")
    async with office.database.begin() as conn:
        values = {"id": cid, "person_id": "vs_1", "channel": "web", "created_at": now, "last_at": now, "erased_at": now if erased else None}
        await conn.execute(conversation.insert().values(values))
        await conn.execute(
            turn.insert().values(
                id=new_id("tn"), conversation_id=cid, seq=1, channel_message_id=new_id("cm"), kind="text", masked=text, sealed=b"", state="done",
                outcome=outcome, received_at=now, finished_at=now,
            )
        )  # fmt: skip


async def test_questions_that_went_badly_are_grouped(office: Office) -> None:
    for text in ("狗证怎么办理", "狗证怎么办理", "狗证怎么办理呀", "电话是[phone]请问飞艇能上天吗"):
        await asked(office, text)
    await asked(office, "部分回答的事", outcome="partial")
    await asked(office, "答得很好", outcome="answered")
    await asked(office, "被删的人问的", erased=True)
    await asked(office, "很久以前", days_ago=60)
    clusters = (await office.ed.get("/questions")).json()["clusters"]
    assert clusters[0]["count"] == 3 and set(clusters[0]["examples"]) == {"狗证怎么办理", "狗证怎么办理呀"}
    assert clusters[0]["outcomes"] == {"no_answer": 3} and clusters[0]["last_seen"].endswith("+08:00") and clusters[0]["candidates"]
    everything = str(clusters)
    assert "部分回答的事" in everything and "[phone]" in everything
    assert not any(text in everything for text in ("答得很好", "被删的人问的", "很久以前"))
    only = (await office.ed.get("/questions", params={"outcome": "partial"})).json()["clusters"]
    assert [c["examples"] for c in only] == [["部分回答的事"]]
    assert "很久以前" in (await office.ed.get("/questions", params={"outcome": "no_answer,partial", "days": 90})).text
    assert (await office.ed.get("/questions", params={"outcome": "bad"})).status_code == 422
