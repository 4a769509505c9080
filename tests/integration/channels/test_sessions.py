"""Opening a chat session over HTTP: the script a browser asks for, and a visitor's forms that come along. On real PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from sanic import Sanic

from bangban.stores.ports import free_port
from channels.web import chat
from common.ids import new_id
from common.limits import Limit
from common.vault import Vault
from common.web import install_errors
from services.bootstrap import Services
from services.contacts.service import Contacts
from services.conversations.events import Events
from services.conversations.service import Conversations
from services.deliveries.model import Place
from services.deliveries.service import Deliveries
from tests.fakes.engine import ScriptedEngine
from tests.integration.services.forms.conftest import Office, lost_id, office  # noqa: F401

Build = Callable[..., Awaitable[Office]]


@pytest.fixture
async def desk(office: Build) -> Office:  # noqa: F811
    return await office()


@pytest.fixture
async def web(desk: Office, vault: Vault) -> AsyncIterator[Any]:
    conversations = Conversations(database=desk.database, vault=vault, clock=desk.clock, events=Events(), engine=ScriptedEngine())
    deliveries = Deliveries(database=desk.database, vault=vault, clock=desk.clock, conversations=conversations, secrets=["test"])
    contacts = Contacts(database=desk.database, vault=vault, clock=desk.clock, secrets=["test"])
    services = SimpleNamespace(citizens=desk.citizens, conversations=conversations, forms=desk.forms, deliveries=deliveries, contacts=contacts)
    services.recognise = partial(Services.recognise, services)
    app = Sanic(new_id("test"), configure_logging=False)
    app.config.TOUCHUP = False  # it rewrites Sanic's own classes, which works once in a process
    install_errors(app)
    app.blueprint(chat.blueprint)
    app.ctx.services, app.ctx.limits = services, {"chat": Limit(1000), "sessions": Limit(1000)}
    port = free_port()
    server = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False)
    await server.startup()
    await server.before_start()
    await server.after_start()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}/api/chat", trust_env=False, timeout=10) as client:
        yield SimpleNamespace(client=client, conversations=conversations, deliveries=deliveries)
    server.close()
    await server.wait_closed()
    await conversations.close()
    Sanic._app_registry.pop(app.name, None)


async def opened(web: Any, *, accept: str | None = None, **body: str) -> tuple[str, Any]:
    reply = await web.client.post("/sessions", json=body, headers={"Accept-Language": accept} if accept else {})
    assert reply.status_code == 201, reply.text
    session = await web.conversations.sessions.of(reply.json()["token"])
    return reply.json()["token"], await web.conversations.conversation(session.conversation_id)


async def test_a_visitors_browser_chooses_the_script_and_a_citizens_profile_overrules_it(web: Any) -> None:
    _, hong_kong = await opened(web, accept="zh-HK,zh;q=0.9")
    assert (hong_kong.state.script, hong_kong.state.voice) == ("hant", "hant_text"), "not yet his own choice"
    _, mainland = await opened(web, accept="zh-CN,zh;q=0.9")
    assert mainland.state.script == "hans"
    _, zhang = await opened(web, accept="zh-HK", sandbox_citizen="zhang-wei")
    _, chan = await opened(web, accept="zh-CN", sandbox_citizen="chan-tai-man")
    assert (zhang.state.script, chan.state.script) == ("hans", "hant")


async def test_the_forms_a_visitor_began_come_along_when_he_signs_in(web: Any, desk: Office) -> None:
    token, visitor = await opened(web)
    draft = await desk.open(visitor.person_id, answers={"residency": "mainland", "age16": "adult"})
    _, zhang = await opened(web, sandbox_citizen="zhang-wei", visitor_token=token)
    assert [d.id for d in await desk.forms.drafts(person_id=zhang.person_id)] == [draft.id]
    assert await desk.forms.drafts(person_id=visitor.person_id) == []


async def test_nothing_comes_along_from_strangers_citizens_or_to_visitors(web: Any, desk: Office) -> None:
    visitors, visitor = await opened(web)
    zhangs, zhang = await opened(web, sandbox_citizen="zhang-wei")
    mine, theirs = await desk.open(zhang.person_id), await desk.open(visitor.person_id, answers={"residency": "mainland", "age16": "adult"})
    refused = [
        ({"sandbox_citizen": "li-na", "visitor_token": "made up"}, 401),
        ({"sandbox_citizen": "li-na", "visitor_token": zhangs}, 422),
        ({"visitor_token": visitors}, 422),
        ({"visitor_token": ""}, 422),
    ]
    for body, status in refused:
        reply = await web.client.post("/sessions", json=body)
        assert reply.status_code == status and reply.json()["error"]["message"], body
    assert [d.id for d in await desk.forms.drafts(person_id=zhang.person_id)] == [mine.id]
    assert [d.id for d in await desk.forms.drafts(person_id=visitor.person_id)] == [theirs.id]


async def test_who_signs_in_on_the_page_is_known_in_the_channel_he_came_from(web: Any) -> None:
    place = Place("wechat_oa", "gh_1", "oCitizen")
    conversation_id = await web.deliveries.touched(place=place)
    visitor = await web.deliveries.person_at(place=place)
    session, token = await web.conversations.sessions.join(conversation_id=conversation_id, person_id=visitor)
    assert (await web.conversations.sessions.of(token)).conversation_id == conversation_id == session.conversation_id
    _, citizen = await opened(web, sandbox_citizen="zhang-wei", visitor_token=token)
    assert await web.deliveries.person_at(place=place) == citizen.person_id != visitor
    assert (await web.conversations.conversation(conversation_id)).person_id == citizen.person_id
