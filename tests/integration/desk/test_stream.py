"""The desk's WebSocket: queue, own conversations, presence, as they happen."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from services.messages.model import Text
from tests.integration.desk.conftest import Api


@asynccontextmanager
async def stream(api: Api, username: str):
    async with connect(f"ws://127.0.0.1:{api.port}/api/desk/stream?token={await api.token(username)}", proxy=None) as socket:
        yield socket


async def until(socket: Any, wanted: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
    """Events up to the wanted one."""
    seen: list[dict[str, Any]] = []
    async with asyncio.timeout(60):
        while not seen or not wanted(seen[-1]):
            seen.append(json.loads(await socket.recv()))
    return seen


async def test_a_new_citizen_in_the_queue_is_seen_at_once_and_gone_when_claimed(api: Api) -> None:
    [agent] = await api.desk.online("agent1")
    async with stream(api, "agent2") as socket:
        await until(socket, lambda e: e["type"] == "queue" and e["items"] == [])
        cid = await api.desk.waiting()
        await until(socket, lambda e: e["type"] == "queue" and [i["conversation_id"] for i in e["items"]] == [cid])
        await api.desk.claim(agent, cid)
        await until(socket, lambda e: e["type"] == "queue" and e["items"] == [])


async def test_the_owner_gets_every_message_of_his_conversation_once_and_others_none(api: Api) -> None:
    [agent] = await api.desk.online("agent1")
    cid = await api.desk.served(agent)
    async with stream(api, "agent1") as mine, stream(api, "agent2") as theirs:
        await until(mine, lambda e: e["type"] == "conversation" and e["conversation"]["id"] == cid)
        for n in range(3):
            await api.desk.say(cid, f"第{n}句")
        await api.desk.handoff.serving.send(staff=agent, conversation_id=cid, message=Text(text="好的"))
        events = await until(mine, lambda e: e["type"] == "message" and e["message"]["text"] == "好的")
        texts = [e["message"]["text"] for e in events if e["type"] == "message"]
        assert texts == ["第0句", "第1句", "第2句", "好的"]
        await api.desk.waiting()
        foreign = await until(theirs, lambda e: e["type"] == "queue" and len(e["items"]) == 1)
        assert not [e for e in foreign if e["type"] == "message"]


async def test_who_loses_a_conversation_is_told(api: Api) -> None:
    [agent] = await api.desk.online("agent1")
    cid = await api.desk.served(agent)
    supervisor = await api.desk.person("supervisor1")
    async with stream(api, "agent1") as socket:
        await until(socket, lambda e: e["type"] == "conversation" and e["conversation"]["agent"] == "st_agent1")
        await api.desk.handoff.serving.take_over(staff=supervisor, conversation_id=cid, reason="复核")
        events = await until(socket, lambda e: e["type"] == "conversation" and e["conversation"]["agent"] == "st_supervisor1")
        assert events[-1]["conversation"]["id"] == cid


async def test_watching_another_conversation_shows_it_masked(api: Api) -> None:
    [agent] = await api.desk.online("agent1")
    cid = await api.desk.served(agent)
    async with stream(api, "agent2") as socket:
        await until(socket, lambda e: e["type"] == "presence")
        await socket.send(json.dumps({"watch": cid}))
        await until(socket, lambda e: e["type"] == "conversation" and e["conversation"]["id"] == cid)
        await api.desk.say(cid, "电话13800138000")
        events = await until(socket, lambda e: e["type"] == "message")
        assert events[-1]["message"]["text"] == "电话[phone]"


async def test_presence_of_others_is_seen(api: Api) -> None:
    async with stream(api, "agent1") as socket:
        await until(socket, lambda e: e["type"] == "presence")
        await api.desk.online("agent2")
        events = await until(socket, lambda e: e["type"] == "presence" and any(a["id"] == "st_agent2" and a["online"] for a in e["agents"]))
        assert events


@pytest.mark.parametrize(("token", "code"), [("nonsense", 4401), ("", 4401)])
async def test_a_stranger_is_closed_out(api: Api, token: str, code: int) -> None:
    async with connect(f"ws://127.0.0.1:{api.port}/api/desk/stream?token={token}", proxy=None) as socket:
        with pytest.raises(ConnectionClosed):
            await socket.recv()
        assert socket.close_code == code


async def test_an_editor_has_no_stream(api: Api) -> None:
    async with stream(api, "editor1") as socket:
        with pytest.raises(ConnectionClosed):
            await socket.recv()
        assert socket.close_code == 4403
