"""The desk over HTTP: who may do what, and the shapes of the contract."""

from __future__ import annotations

import pytest

from desk import blueprints
from services.conversations.service import DialogueState
from tests.integration.desk.conftest import Api


async def test_signing_in_tells_who_one_is(api: Api) -> None:
    reply = await api.client().post("/login", json={"username": "agent1", "password": "wrong"})
    assert (reply.status_code, reply.json()["error"]["code"]) == (401, "staff.wrong_password")
    agent = await api.sign_in("agent1", online=False)
    me = (await agent.get("/me")).json()
    assert me["user"]["id"] == "st_agent1" and me["user"]["roles"] == ["agent"] and me["presence"] is None
    assert (await agent.put("/presence", json={"state": "online", "capacity": 3})).json()["online"] is True
    assert (await agent.get("/me")).json()["presence"]["capacity"] == 3
    assert (await agent.post("/logout")).status_code == 204
    assert (await agent.get("/me")).status_code == 401


async def test_the_main_job_of_an_agent(api: Api) -> None:
    agent, rival = await api.sign_in("agent1"), await api.sign_in("agent2")
    cid = await api.desk.waiting()
    [item] = (await agent.get("/queue")).json()["items"]
    assert item["conversation_id"] == cid and item["summary"] and item["since"].endswith("+08:00") and item["priority"] == 0
    won = await agent.post(f"/conversations/{cid}/claim", json={"version": item["version"]})
    lost = await rival.post(f"/conversations/{cid}/claim", json={"version": item["version"]})
    assert won.status_code == 200 and won.json()["conversation"]["agent"] == "st_agent1"
    assert lost.status_code == 409
    assert (lost.json()["error"]["code"], lost.json()["error"]["fields"]) == ("handoff.already_claimed", {"owner": "st_agent1"})
    page = (await agent.get(f"/conversations/{cid}")).json()
    assert page["conversation"]["owner"] == "agent" and page["conversation"]["agent"] == "st_agent1"
    assert {"summary", "guide_id", "situation", "form", "appointment", "sources", "failures", "waited_s"} <= set(page["package"])
    assert page["package"]["guide_id"] and len(page["messages"]) >= 3 and page["suggestions"]
    assert (await rival.post(f"/conversations/{cid}/messages", json={"text": "我来"})).status_code == 403
    sent = await agent.post(f"/conversations/{cid}/messages", json={"text": "您好，我是帮办员"})
    assert sent.status_code == 201 and (sent.json()["sender"], sent.json()["type"]) == ("agent", "text") and sent.json()["seq"]
    assert [c["conversation_id"] for c in (await agent.get("/conversations", params={"mine": 1})).json()["items"]] == [cid]
    assert (await agent.post(f"/conversations/{cid}/notes", json={"text": "已核对"})).json()["name"] == "陈晓敏"
    assert [c["id"] for c in (await agent.get("/colleagues")).json()["items"]] == ["st_agent2"]
    assert (await agent.post(f"/conversations/{cid}/release", json={"to": "closed", "note": ""})).json()["conversation"]["owner"] == "closed"
    assert (await api.desk.told(cid))[-1].type == "rating"


async def test_a_supervisor_sees_the_desk_and_takes_over(api: Api) -> None:
    agent, supervisor = await api.sign_in("agent1"), await api.sign_in("supervisor1", online=False)
    cid, _ = await api.desk.waiting(), await api.desk.waiting(elder=True)
    await agent.post(f"/conversations/{cid}/claim", json={"version": 2})
    seen = (await supervisor.get("/overview")).json()
    assert seen["queue"]["length"] == 1 and seen["queue"]["by_priority"]["2"] == 1 and seen["queue"]["connected"] == 1
    assert seen["today"]["handoffs"] == 2 and seen["outcomes"] == {"answered": 2}
    [row] = [a for a in seen["agents"] if a["id"] == "st_agent1"]
    assert row["today"]["taken"] == 1 and row["active"] == 1
    assert (await supervisor.post(f"/conversations/{cid}/takeover", json={"reason": "投诉升级"})).json()["conversation"]["agent"] == "st_supervisor1"
    assert (await agent.post(f"/conversations/{cid}/messages", json={"text": "还在"})).status_code == 403
    trail = (await supervisor.get("/audit", params={"subject": cid})).json()["entries"]
    assert [(e["action"], e["name"]) for e in trail] == [("handoff.takeover", "林淑仪"), ("handoff.claim", "陈晓敏")]


async def test_tickets_over_the_api(api: Api) -> None:
    agent = await api.sign_in("agent1")
    opened = await agent.post("/tickets", json={"kind": "question", "text": "核实社保年限，电话13800138000"})
    assert opened.status_code == 201
    number = opened.json()["number"]
    assert opened.json()["detail"] == "核实社保年限，电话13800138000"
    [listed] = (await agent.get("/tickets", params={"state": "registered"})).json()["items"]
    assert listed["number"] == number and "13800138000" not in str(listed), "lists are masked"
    wrong = await agent.post(f"/tickets/{number}/transitions", json={"to": "replied", "note": "答"})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (409, "tickets.step_not_allowed")
    assert (await agent.post(f"/tickets/{number}/transitions", json={"to": "dispatched", "note": "转办"})).status_code == 422
    moved = await agent.post(f"/tickets/{number}/transitions", json={"to": "dispatched", "note": "转办", "department": "市人社局"})
    assert moved.json()["state"] == "dispatched" and moved.json()["history"][-1]["name"] == "陈晓敏"
    assert (await agent.get(f"/tickets/{number}")).json()["detail"] == "核实社保年限，电话13800138000"
    assert (await agent.get("/tickets/GD1")).status_code == 404
    assert (await agent.get("/tickets", params={"state": "lost"})).status_code == 422


async def test_a_double_click_writes_once(api: Api) -> None:
    agent, rival = await api.sign_in("agent1"), await api.sign_in("agent2")
    cid = await api.desk.waiting()
    await agent.post(f"/conversations/{cid}/claim", json={"version": 2})
    calls = [
        (f"/conversations/{cid}/messages", {"text": "您好"}, "id"),
        (f"/conversations/{cid}/notes", {"text": "已核对"}, "id"),
        ("/tickets", {"kind": "question", "text": "核实社保年限", "conversation_id": cid}, "number"),
    ]
    for path, body, key in calls:
        replies = [await agent.post(path, json={**body, "client_message_id": "tap-1"}) for _ in range(2)]
        assert [r.status_code for r in replies] == [201, 201] and replies[0].json() == replies[1].json(), path
        other = await agent.post(path, json={**body, "client_message_id": "tap-2"})
        assert other.json()[key] != replies[0].json()[key], "another id is another call"
    page = (await agent.get(f"/conversations/{cid}")).json()
    assert sum(m["sender"] == "agent" for m in page["messages"]) == 2 and len(page["notes"]) == 2
    assert len((await agent.get("/tickets")).json()["items"]) == 2
    assert [e.action for e in await api.desk.audit.entries()].count("ticket.open") == 2
    assert (await rival.post(f"/conversations/{cid}/messages", json={"text": "您好", "client_message_id": "tap-1"})).status_code == 403
    await agent.post(f"/conversations/{cid}/release", json={"to": "closed"})
    late = await agent.post(f"/conversations/{cid}/messages", json={"text": "您好", "client_message_id": "tap-1"})
    assert late.status_code == 201, "a repeat that comes late is told what was written"
    assert (await agent.post(f"/conversations/{cid}/messages", json={"text": "再见", "client_message_id": "tap-3"})).status_code == 403


ROUTES = [
    ("GET", "/queue"), ("GET", "/conversations"), ("GET", "/conversations/cv_x"), ("POST", "/conversations/cv_x/claim"),
    ("POST", "/conversations/cv_x/messages"), ("POST", "/conversations/cv_x/release"), ("POST", "/conversations/cv_x/notes"),
    ("POST", "/conversations/cv_x/takeover"), ("PUT", "/presence"), ("GET", "/colleagues"), ("GET", "/overview"), ("GET", "/audit"),
    ("POST", "/tickets"), ("GET", "/tickets"), ("GET", "/tickets/GD1"), ("POST", "/tickets/GD1/transitions"), ("GET", "/me"), ("POST", "/logout"),
]  # fmt: skip


async def test_strangers_get_nothing(api: Api) -> None:
    citizen = (await api.desk.conversations.sessions.open(person_id="vs_1", channel="web", state=DialogueState()))[1]
    for client, least in ((api.client(), 401), (api.client("xx"), 401), (api.client(citizen), 401)):
        for method, path in ROUTES:
            reply = await client.request(method, path, json={})
            assert reply.status_code == least, (method, path)
            assert reply.json()["error"]["message"]


async def test_every_role_is_kept_to_its_own(api: Api) -> None:
    editor, agent = await api.sign_in("editor1", online=False), await api.sign_in("agent1")
    for method, path in ROUTES[:-2]:
        assert (await editor.request(method, path, json={})).status_code == 403, (method, path)
    for method, path in [("GET", "/overview"), ("GET", "/audit"), ("POST", "/conversations/cv_x/takeover"), ("GET", "/conversations?all=1")]:
        assert (await agent.request(method, path, json={"reason": "x"})).status_code == 403, (method, path)


def test_the_list_of_routes_above_is_whole() -> None:
    declared = {
        (method, (b.url_prefix + route.uri).removeprefix("/api/desk").rstrip("/"))
        for b in blueprints if b.url_prefix.startswith("/api/desk") for route in b._future_routes for method in route.methods or {"GET"}
    }  # fmt: skip
    shape = {(m, p.replace("cv_x", "<conversation_id:str>").replace("GD1", "<number:str>")) for m, p in ROUTES}
    assert declared == shape | {("POST", "/login"), ("GET", "/stream")}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/conversations/{}/claim", {}), ("/conversations/{}/claim", {"version": "2"}), ("/conversations/{}/messages", {}),
        ("/conversations/{}/messages", {"text": " "}), ("/conversations/{}/messages", {"text": "x", "guide_id": "y"}),
        ("/conversations/{}/messages", {"text": "啊" * 2001}), ("/conversations/{}/release", {"to": "moon"}),
        ("/conversations/{}/release", {"to": "agent"}), ("/conversations/{}/notes", {"text": 7}), ("/tickets", {"text": "x", "kind": "nonsense"}),
        ("/conversations/{}/messages", {"text": "x", "client_message_id": ""}), ("/conversations/{}/notes", {"text": "x", "client_message_id": 7}),
        ("/tickets", {"text": "x", "client_message_id": "y" * 101}),
    ],
)  # fmt: skip
async def test_bad_input_gets_a_clear_error_and_changes_nothing(api: Api, path: str, body: dict) -> None:
    agent = await api.sign_in("agent1")
    cid = await api.desk.waiting()
    await api.desk.claim(await api.desk.person("agent1"), cid)
    before = await api.desk.conversations.messages(conversation_id=cid)
    reply = await agent.post(path.format(cid), json=body)
    assert reply.status_code == 422 and reply.json()["error"]["message"], reply.text
    assert await api.desk.conversations.messages(conversation_id=cid) == before
    assert await api.desk.owner(cid) == ("agent", "st_agent1")
    assert await api.desk.tickets.list() == []


async def test_what_is_not_there_is_not_found(api: Api) -> None:
    agent = await api.sign_in("agent1")
    assert (await agent.get("/conversations/cv_x")).status_code == 404
    for action, body in [("claim", {"version": 1}), ("messages", {"text": "x"}), ("release", {"to": "bot"}), ("notes", {"text": "x"})]:
        assert (await agent.post(f"/conversations/cv_x/{action}", json=body)).status_code == 404, action
