"""Whoever serves a citizen of WeChat sees how far his words have come: the platform takes five for one of the citizen's."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from services.conversations.model import Incoming
from services.deliveries.model import Allowance, Place
from tests.fakes.post import Phone
from tests.integration.desk.conftest import Api
from tests.integration.desk.test_stream import stream, until

ANNA = Place("post", "office", "anna")
pytestmark = pytest.mark.timeout(300)


@contextlib.asynccontextmanager
async def sending(api: Api, phone: Phone) -> AsyncIterator[None]:
    task = asyncio.create_task(api.deliveries.run({"post": phone}))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def writes(api: Api, words: str, *, most: int) -> str:
    """A citizen who allows ``most`` messages by these words; his conversation."""
    incoming = Incoming("text", words, f"post:{words}")
    arrival = await api.deliveries.arrived(place=ANNA, incoming=incoming, allowance=Allowance(most, timedelta(hours=48)))
    await api.desk.conversations.result(conversation_id=arrival.conversation_id, turn_id=arrival.turn_id or "", timeout_s=60)
    return arrival.conversation_id


async def told(socket: Any, **wanted: Any) -> dict[str, Any]:
    events = await until(socket, lambda e: e["type"] == "reach" and wanted.items() <= e["reach"].items())
    return events[-1]["reach"]


async def test_words_that_the_platform_does_not_take_any_more_are_seen_to_wait(api: Api) -> None:
    phone, [agent] = Phone(), await api.desk.online("agent1")
    client = await api.sign_in("agent1")
    async with sending(api, phone), stream(api, "agent1") as socket:
        cid = await writes(api, "转人工", most=2)
        await api.desk.claim(agent, cid)
        reach, last = {"waits": None}, 0
        while reach["waits"] is None or not last:
            last = (await client.post(f"/conversations/{cid}/messages", json={"text": "请带上户口簿。"})).json()["seq"]
            reach = (await client.get(f"/conversations/{cid}")).json()["reach"]
        assert reach["waits"] == "quota" and reach["room"] == 0 and reach["delivered"] < last
        assert await told(socket, waits="quota") == reach
        await writes(api, "好", most=5)
        newest = (await api.desk.conversations.messages(conversation_id=cid))[-1].seq
        while (reach := await told(socket, waits=None))["delivered"] < newest:
            pass
        assert reach["room"] < 5


async def test_who_reads_on_our_page_has_everything(api: Api) -> None:
    [agent] = await api.desk.online("agent1")
    cid, client = await api.desk.served(agent), await api.sign_in("agent1")
    assert (await client.get(f"/conversations/{cid}")).json()["reach"] is None
