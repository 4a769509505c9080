"""A citizen sees and switches what he is told, over HTTP, and the link in a mail."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from sanic import Sanic

from bangban.stores.ports import free_port
from channels.notices.mail import Mail
from channels.notices.sms import Sms
from channels.web import notices as pages
from common.ids import new_id
from common.limits import Limit
from common.web import install_errors
from services.conversations.events import Events
from services.conversations.service import Conversations, DialogueState
from tests.fakes.engine import ScriptedEngine
from tests.fakes.mail_server import MailServer
from tests.fakes.notices import Bureau
from tests.integration.channels.notices.conftest import ZHANG
from tests.integration.channels.notices.test_mail import ADDRESS, confirmed, part


@pytest.fixture
async def web(bureau: Bureau, sms: Sms, mail: Mail) -> AsyncIterator[Any]:
    conversations = Conversations(database=bureau.database, vault=bureau.vault, clock=bureau.clock, events=Events(), engine=ScriptedEngine())
    app = Sanic(new_id("test"), configure_logging=False)
    app.config.TOUCHUP = False
    install_errors(app)
    app.blueprint(pages.blueprint)
    app.ctx.services = SimpleNamespace(conversations=conversations, notices=bureau.notices)
    app.ctx.ways, app.ctx.limits = bureau.ways, {"chat": Limit(1000), "search": Limit(1000)}
    port = free_port()
    server: Any = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False)
    await server.startup()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}/api", trust_env=False, timeout=60) as client:

        async def sign_in(person: str = ZHANG) -> None:
            _, token = await conversations.sessions.open(person_id=person, channel="web", state=DialogueState())
            client.headers["Authorization"] = f"Bearer {token}"

        await sign_in()
        yield SimpleNamespace(client=client, sign_in=sign_in)
    server.close()
    await server.wait_closed()
    await conversations.close()
    Sanic._app_registry.pop(app.name, None)


def on(answer: httpx.Response) -> dict[str, dict[str, bool]]:
    return {way["way"]: {t["topic"]: t["on"] for t in way["topics"]} for way in answer.json()["ways"]}


async def test_he_sees_every_way_in_order_where_it_reaches_him_and_what_comes_by_it(web: Any) -> None:
    answer = await web.client.get("/me/notices")
    assert answer.status_code == 200
    shown = answer.json()
    assert [(w["way"], w["label"]) for w in shown["ways"]] == [("sms", "短信"), ("email", "电子邮件")]
    assert "****" in shown["ways"][0]["reaches"] and shown["ways"][1]["reaches"] is None
    assert shown["email"] == {"state": "none", "address": None, "asked": None}
    assert on(answer) == {way: {"appointment": True, "case": True, "ticket": True} for way in ("sms", "email")}


async def test_he_switches_and_orders_and_what_he_does_not_name_stays(web: Any, bureau: Bureau) -> None:
    await web.client.put("/me/notices", json={"switches": {"sms": {"case": False, "ticket": False}}})
    answer = await web.client.put("/me/notices", json={"order": ["email", "sms"], "switches": {"sms": {"ticket": True}}})
    assert [w["way"] for w in answer.json()["ways"]] == ["email", "sms"]
    assert on(answer)["sms"] == {"appointment": True, "case": False, "ticket": True}
    assert on(await web.client.get("/me/notices")) == on(answer)
    await web.sign_in("ct_li-na")
    assert on(await web.client.get("/me/notices"))["sms"]["case"], "hers are hers"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"switches": {"fax": {"case": False}}}, "notices.way_unknown"),
        ({"order": ["fax"]}, "notices.way_unknown"),
        ({"switches": {"sms": {"weather": False}}}, "system.invalid_input"),
        ({"switches": {"sms": {"case": "no"}}}, "system.invalid_input"),
        ({"extra": 1}, "system.invalid_input"),
    ],
)
async def test_what_there_is_not_is_refused_and_changes_nothing(web: Any, body: dict[str, Any], code: str) -> None:
    answer = await web.client.put("/me/notices", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)
    assert all(all(topics.values()) for topics in on(await web.client.get("/me/notices")).values())


async def test_his_mail_address_is_proved_by_its_code_and_can_be_taken_back(web: Any, post: MailServer) -> None:
    asked = await web.client.post("/me/notices/email", json={"address": ADDRESS})
    assert asked.status_code == 202 and asked.json()["email"] == {"state": "asked", "address": None, "asked": "z***@mail.example"}
    wrong = await web.client.post("/me/notices/email/confirm", json={"code": "nonsense"})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (422, "notices.code_wrong")
    plain = part(post.taken[0], "text/plain").get_content()
    code = next(plain[at : at + 6] for at in range(len(plain)) if plain[at : at + 6].isdigit())
    right = await web.client.post("/me/notices/email/confirm", json={"code": code})
    assert right.json()["email"]["state"] == "confirmed" and right.json()["ways"][1]["reaches"] == "z***@mail.example"
    gone = await web.client.delete("/me/notices/email")
    assert gone.json()["email"]["state"] == "none" and gone.json()["ways"][1]["reaches"] is None


async def test_an_address_that_the_server_does_not_know_and_a_server_that_is_away_are_told_apart(web: Any, post: MailServer) -> None:
    post.to = ["550 5.1.1 no such user", "451 4.3.0 try again"]
    unknown = await web.client.post("/me/notices/email", json={"address": ADDRESS})
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (422, "notices.address_invalid")
    away = await web.client.post("/me/notices/email", json={"address": ADDRESS})
    assert (away.status_code, away.json()["error"]["code"]) == (503, "notices.mail_unavailable")


async def test_without_a_mail_server_there_is_no_mailbox(web: Any, bureau: Bureau) -> None:
    del bureau.ways["email"]
    answer = await web.client.post("/me/notices/email", json={"address": ADDRESS})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "notices.mail_off")
    assert (await web.client.get("/me/notices")).json()["email"] is None


async def test_a_visitor_switches_and_has_no_mailbox_and_a_stranger_sees_nothing(web: Any) -> None:
    await web.sign_in("vs_1")
    assert (await web.client.put("/me/notices", json={"switches": {"sms": {"case": False}}})).status_code == 200
    refused = await web.client.post("/me/notices/email", json={"address": ADDRESS})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "notices.not_verified")
    del web.client.headers["Authorization"]
    assert (await web.client.get("/me/notices")).status_code == 401


async def test_the_link_in_a_mail_asks_first_and_one_post_is_enough(web: Any, bureau: Bureau, post: MailServer) -> None:
    await confirmed(bureau)
    await web.client.put("/me/notices", json={"order": ["email"]})
    await bureau.booked(person=ZHANG)
    await bureau.look()
    path = post.taken[0]["List-Unsubscribe"].strip("<>").removeprefix("https://h5.example/api")
    token = web.client.headers.pop("Authorization")
    asking = await web.client.get(path)
    assert asking.status_code == 200 and "确定退订" in asking.text and "预约" in asking.text
    done = await web.client.post(path, content="List-Unsubscribe=One-Click", headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert done.status_code == 200 and "已经退订" in done.text
    forged = await web.client.post(path.replace("topic=appointment", "topic=case"))
    assert (forged.status_code, forged.json()["error"]["code"]) == (403, "notices.link_invalid")
    assert (await web.client.get(path.replace("topic=appointment", "topic=weather"))).status_code == 422
    web.client.headers["Authorization"] = token
    assert on(await web.client.get("/me/notices"))["email"] == {"appointment": False, "case": True, "ticket": True}
