"""A system that waits (the hotline), one that asks, one that reads typed messages; replays, trust and limits. On real PostgreSQL."""

from __future__ import annotations

import asyncio
import base64
import io
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image

from channels.webhook.signing import verified
from common.database import Database
from common.ids import new_id
from common.settings import ROOT
from common.vault import Vault
from services.citizens.errors import CitizenUnknown
from services.citizens.service import Citizen
from services.conversations.tables import turn, upload
from services.deliveries.tables import address
from services.messages.model import Text
from tests.contract.channels.harness import Bench
from tests.contract.channels.test_channels import LONG, offer
from tests.contract.channels.webhook import SECRET, WebhookHarness
from tests.fakes.partner import EXAMPLE, example
from tests.fakes.post import MovableClock, Post

Open = Callable[..., Awaitable["System"]]


class System:
    """Another system, speaking to us."""

    def __init__(self, bench: Bench, harness: WebhookHarness):
        self.bench, self.harness, self.post = bench, harness, bench.post

    async def call(self, status: int = 200, **body: Any) -> dict[str, Any]:
        answer = await self.bench.call(self.harness.call({"id": new_id("c"), "user": "anna", **body}))
        assert answer.status_code == status, answer.text
        if status == 200:
            verified(answer.headers, keys=[SECRET], body=answer.content, now=datetime.now(UTC), window_s=10)
        return answer.json()

    async def says(self, text: str, **more: Any) -> dict[str, Any]:
        return await self.call(type="message", text=text, **more)


@pytest.fixture
async def open_system(database: Database, vault: Vault):
    async with AsyncExitStack() as stack:

        async def opened(**client: Any) -> System:
            harness = WebhookHarness(**client)
            post = Post(database, vault, MovableClock())
            bench = await stack.enter_async_context(Bench(harness, "webhook", post).running())
            stack.push_async_callback(post.close)
            return System(bench, harness)

        yield opened


async def test_a_hotline_gets_its_answer_in_the_reply_and_nothing_is_pushed(open_system: Open) -> None:
    hotline = await open_system(style="voice")
    answer = await hotline.says("你好", wait=8)
    assert answer == {"accepted": True, "duplicate": False, "more": False, "messages": [], "texts": ["echo 你好。"], "choices": []}
    await hotline.bench.quiet()
    assert hotline.harness.bodies == []


async def test_the_client_of_the_guide_works_as_it_stands_there(open_system: Open) -> None:
    guide = (ROOT / "docs" / "howto" / "connect-another-system.md").read_text(encoding="utf-8")
    example: dict[str, Any] = {}
    exec(guide.split("```python\n")[1].split("```")[0], example)
    hotline = await open_system(style="voice", push_url=None)
    base = str(hotline.bench.client.base_url).removesuffix("/channels/")
    body = {"type": "message", "id": "1", "user": "u1", "text": "你好", "wait": 8}
    answer = await asyncio.to_thread(example["call"], base, "hall", SECRET, body)
    assert answer["texts"] == ["echo 你好。"]


async def test_the_telephone_desk_of_the_guide_speaks_and_hears_in_a_hundred_lines(open_system: Open) -> None:
    hotline = await open_system(style="voice", push_url=None)
    desk, base = example(), str(hotline.bench.client.base_url).removesuffix("/channels/")
    caller = desk.Caller(desk.Desk(base, "hall", SECRET), "anna")

    async def heard(deed: Callable[..., Any], *words: str) -> list[str]:
        return await asyncio.to_thread(lambda: list(deed(*words)))

    assert await heard(caller.says, "你好") == ["echo 你好。"]
    hotline.post.engine.answer = offer
    assert "第二，丢了补办" in (await heard(caller.says, "办身份证"))[0]
    cid = await hotline.post.deliveries.conversation_of(place=_place())
    await hotline.post.conversations.post(conversation_id=cid, messages=[Text(sender="agent", text="我是小王")])
    assert await heard(caller.hears) == ["帮办员，我是小王。"]
    await asyncio.to_thread(caller.hangs_up)
    with pytest.raises(ValueError, match="401"):
        await heard(desk.Caller(desk.Desk(base, "hall", "another secret of thirty-two characters"), "anna").says, "你好")
    assert len(EXAMPLE.read_text(encoding="utf-8").splitlines()) <= 100


async def test_a_hotline_without_an_address_too(open_system: Open) -> None:
    hotline = await open_system(style="voice", push_url=None)
    assert (await hotline.says("你好", wait=8))["texts"] == ["echo 你好。"]
    assert (await hotline.says("再见", wait=8))["texts"] == ["echo 再见。"]


async def test_a_caller_chooses_by_number(open_system: Open) -> None:
    hotline = await open_system(style="voice", push_url=None)
    hotline.post.engine.answer = offer
    answer = await hotline.says("办身份证", wait=8)
    assert [c["number"] for c in answer["choices"]] == [1, 2] and "第一，" in answer["texts"][0] and "请说第几个" in answer["texts"][0]
    assert "tapped /ask_aspect" in (await hotline.says("2", wait=8))["texts"][0]


async def test_a_repeated_call_gets_the_same_answer_and_asks_nothing_twice(open_system: Open) -> None:
    hotline = await open_system(style="voice", push_url=None)
    first = await hotline.says("你好", id="call-1", wait=8)
    again = await hotline.says("你好", id="call-1", wait=8)
    assert again["texts"] == first["texts"] and again["duplicate"] and len(hotline.post.engine.calls) == 1


async def test_two_copies_at_once_are_answered_alike(open_system: Open) -> None:
    hotline = await open_system(style="voice", push_url=None)
    both = await asyncio.gather(*(hotline.says("你好", id="call-1", wait=8) for _ in range(2)))
    assert [b["texts"] for b in both] == [["echo 你好。"]] * 2 and len(hotline.post.engine.calls) == 1


async def test_an_answer_that_is_late_is_pushed(open_system: Open) -> None:
    hotline = await open_system()
    hotline.post.engine.gate = asyncio.Event()
    answer = await hotline.says("你好", wait=0.3)
    assert answer["texts"] == []
    hotline.post.engine.gate.set()
    await hotline.bench.until("echo 你好")


async def test_an_answer_that_is_late_is_asked_for_where_nothing_can_be_pushed(open_system: Open) -> None:
    hotline = await open_system(push_url=None)
    hotline.post.engine.gate = asyncio.Event()
    assert (await hotline.says("你好", wait=0.3))["texts"] == []
    asking = asyncio.create_task(hotline.call(type="poll", id="poll-1", wait=8))
    await asyncio.sleep(0.2)
    hotline.post.engine.gate.set()
    assert (await asking)["texts"] == ["echo 你好"]
    assert (await hotline.call(type="poll", id="poll-1"))["texts"] == ["echo 你好"], "the reply may have been lost on its way"
    assert (await hotline.call(type="poll", id="poll-2"))["texts"] == []


async def test_nothing_is_pushed_where_nothing_can_be(open_system: Open) -> None:
    system = await open_system(push_url=None)
    await system.says("你好")
    await system.bench.quiet()
    assert (await system.call(type="poll", wait=5))["texts"] == ["echo 你好"]


async def test_a_program_is_handed_the_messages_of_the_contract(open_system: Open) -> None:
    app = await open_system(style="typed")
    app.post.engine.answer = offer
    answer = await app.says("办身份证", wait=8)
    (message,) = answer["messages"]
    assert message["type"] == "choices" and message["seq"] == 2 and message["choices"][1]["label"] == "丢了补办" and answer["texts"] == []
    tapped = await app.call(type="message", payload=message["choices"][1]["payload"], wait=8)
    assert tapped["messages"][0]["text"] == 'tapped /ask_aspect{"aspect": "time"}'


async def test_a_program_is_pushed_what_an_agent_says(open_system: Open) -> None:
    app = await open_system(style="typed")
    await app.says("你好", wait=8)
    cid = await app.post.deliveries.conversation_of(place=_place())
    await app.post.conversations.post(conversation_id=cid, messages=[Text(sender="agent", text="我是小王")])
    async with asyncio.timeout(60):
        while not app.harness.bodies:
            await asyncio.sleep(0.02)
    (body,) = app.harness.bodies
    assert body["type"] == "messages" and body["user"] == "anna" and body["messages"][0]["sender"] == "agent"


async def test_a_call_that_is_sent_again_byte_for_byte_is_a_replay(open_system: Open) -> None:
    system = await open_system()
    call = system.harness.writes(user="anna", text="你好", message_id="m1")
    answers = [await system.bench.call(call) for _ in range(2)]
    assert [a.status_code for a in answers] == [200, 409] and answers[1].json()["error"]["code"] == "channel.replayed"


async def test_bad_calls_change_nothing(open_system: Open) -> None:
    system = await open_system()
    for body in (
        {"type": "message"}, {"type": "message", "text": "a", "payload": "/greet"}, {"type": "message", "text": " "}, {"type": "nothing"},
        {"type": "message", "text": "长" * 2001}, {"type": "message", "payload": "/drop_tables"}, {"type": "message", "choice": "1.1"},
        {"type": "message", "image": "not base64!"}, {"type": "message", "image": "图片"}, {"type": "message", "text": "\0"}, {"type": "message", "image": base64.b64encode(b"no image").decode()},
        {"type": "message", "text": "a", "wait": 21}, {"type": "message", "text": "a", "user": "two words"}, {"type": "event", "event": "danced"},
    ):  # fmt: skip
        assert (await system.call(422, **body))["error"]["message"]
    async with system.post.database.begin() as conn:
        assert await conn.scalar(sa.select(sa.func.count()).select_from(turn)) == 0


async def test_a_picture_is_kept_without_its_hidden_data(open_system: Open) -> None:
    system = await open_system(max_bytes=1_000_000)
    plain = io.BytesIO()
    Image.new("RGB", (8, 8)).save(plain, format="PNG")
    await system.call(type="message", image=base64.b64encode(plain.getvalue()).decode(), wait=8)
    async with system.post.database.begin() as conn:
        assert await conn.scalar(sa.select(sa.func.count()).select_from(upload)) == 1
        assert await conn.scalar(sa.select(turn.c.kind)) == "upload"


async def test_too_many_calls_a_minute_are_refused(open_system: Open) -> None:
    system = await open_system(per_minute=2)
    await system.says("一")
    await system.says("二")
    await system.call(429, type="message", text="三")


async def test_only_a_trusted_system_says_who_somebody_is(open_system: Open) -> None:
    app = await open_system()
    assert (await app.call(403, type="message", text="你好", citizen_id="ct_zhang"))["error"]["code"] == "channel.may_not_identify"


async def test_a_citizen_named_by_a_trusted_system_is_that_citizen_from_then_on(open_system: Open) -> None:
    app = await open_system(identifies=True)
    brought: list[tuple[str, str]] = []
    trust(app, brought)
    await app.says("你好", wait=8)
    visitor = await app.post.deliveries.person_at(place=_place())
    await app.says("是我", citizen_id="ct_zhang", wait=8)
    assert await app.post.deliveries.person_at(place=_place()) == "ct_zhang" and brought == [(visitor, "ct_zhang")]
    await app.says("还是我", citizen_id="ct_zhang", wait=8)
    assert len(brought) == 1
    assert (await app.call(409, type="message", text="换人", citizen_id="ct_li"))["error"]["code"] == "channel.other_citizen"
    assert (await app.call(404, type="message", text="谁", user="bob", citizen_id="ct_nobody"))["error"]["code"]
    async with app.post.database.begin() as conn:
        assert set((await conn.execute(sa.select(address.c.person_id))).scalars()) >= {"ct_zhang"}


async def test_who_left_hears_nothing_until_he_is_back(open_system: Open) -> None:
    app = await open_system()
    await app.says("你好")
    await app.bench.until("echo 你好")
    await app.call(type="event", event="left")
    cid = await app.post.deliveries.conversation_of(place=_place())
    await app.post.conversations.post(conversation_id=cid, messages=[Text(sender="agent", text="还在吗")])
    await app.bench.quiet()
    await app.bench.until("echo 你好")
    await app.call(type="event", event="joined")
    await app.bench.until("echo 你好", "还在吗")


async def test_a_long_answer_waits_for_the_caller_in_pieces(open_system: Open) -> None:
    hotline = await open_system(style="voice", push_url=None)
    await hotline.says("你好", wait=8)
    cid = await hotline.post.deliveries.conversation_of(place=_place())
    await hotline.post.conversations.post(conversation_id=cid, messages=[Text(text=LONG)])
    got = await hotline.call(type="poll", wait=2)
    assert all(len(t) <= 420 for t in got["texts"]) and not got["more"]
    assert all("".join(got["texts"]).count(f"第{k}条：") == 1 for k in range(60))


def trust(app: System, brought: list[tuple[str, str]]) -> None:
    """Two citizens are known."""

    async def get(*, person_id: str) -> Citizen:
        if person_id not in ("ct_zhang", "ct_li"):
            raise CitizenUnknown
        return Citizen(id=person_id, display_name="张伟")

    async def recognise(*, visitor_id: str, citizen: Citizen) -> None:
        brought.append((visitor_id, citizen.id))

    services: Any = app.bench.channel._services
    services.citizens, services.recognise = SimpleNamespace(get=get), recognise


def _place() -> Any:
    from services.deliveries.model import Place

    return Place("webhook", "hall", "anna")
