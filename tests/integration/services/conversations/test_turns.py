"""Messages in, once only, in order; turns that fail, stall, die or come too late. On real PostgreSQL."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from common.clock import SystemClock
from common.database import Database
from common.vault import Vault
from services.conversations.errors import EmptyMessage, MessageTooLong, StaleVersion
from services.conversations.events import Events
from services.conversations.model import EngineReply, Staged, Utter
from services.conversations.service import Conversations, DialogueState, Incoming
from services.messages.model import Outcome, Text
from services.messages.payloads import PayloadInvalid
from tests.fakes.engine import ScriptedEngine


@pytest.fixture
def engine() -> ScriptedEngine:
    return ScriptedEngine()


@pytest.fixture
async def conversations(database: Database, vault: Vault, engine: ScriptedEngine):
    made = build(database, vault, engine)
    yield made
    await made.close()


def build(database: Database, vault: Vault, engine: ScriptedEngine, worker: str = "gateway-0") -> Conversations:
    return Conversations(database=database, vault=vault, clock=SystemClock(), events=Events(), engine=engine, worker=worker, turn_timeout_s=3)


async def opened(conversations: Conversations) -> str:
    session, _ = await conversations.sessions.open(person_id="vs_test", channel="web", state=DialogueState())
    return session.conversation_id


async def say(conversations: Conversations, conversation_id: str, words: str, message_id: str | None = None):
    incoming = Incoming("text", words, message_id or words)
    turn_id = await conversations.receive(conversation_id=conversation_id, incoming=incoming)
    return await conversations.result(conversation_id=conversation_id, turn_id=turn_id, timeout_s=60)


async def transcript(conversations: Conversations, conversation_id: str) -> list[tuple[int, str, str]]:
    return [(m.seq, m.sender, m.text) for m in await conversations.messages(conversation_id=conversation_id)]


async def test_a_message_is_answered_and_both_are_numbered_in_order(conversations: Conversations) -> None:
    cid = await opened(conversations)
    result = await say(conversations, cid, "你好")
    assert [m.text for m in result.messages] == ["echo 你好"]
    assert result.outcome and result.outcome.code == "answered"
    assert await transcript(conversations, cid) == [(1, "citizen", "你好"), (2, "bot", "echo 你好")]


async def test_the_same_channel_message_twice_is_one_message_with_one_answer(conversations: Conversations, engine: ScriptedEngine) -> None:
    cid = await opened(conversations)
    first, again = await say(conversations, cid, "你好", "m1"), await say(conversations, cid, "你好", "m1")
    assert [m.id for m in first.messages] == [m.id for m in again.messages]
    assert len(engine.calls) == 1
    assert len(await transcript(conversations, cid)) == 2


async def test_ten_copies_at_once_are_one_message(conversations: Conversations, engine: ScriptedEngine) -> None:
    cid = await opened(conversations)
    results = await asyncio.gather(*(say(conversations, cid, "同一句", "same") for _ in range(10)))
    assert len({r.messages[0].id for r in results}) == 1
    assert len(engine.calls) == 1


async def test_a_burst_while_the_bot_thinks_is_merged_and_answered_once(conversations: Conversations, engine: ScriptedEngine) -> None:
    cid = await opened(conversations)
    engine.gate = asyncio.Event()
    waiting = [asyncio.create_task(say(conversations, cid, "第一句"))]
    while not engine.calls:
        await asyncio.sleep(0.01)
    for words in ("第二句", "第三句"):
        waiting.append(asyncio.create_task(say(conversations, cid, words)))
        await asyncio.sleep(0.05)
    engine.gate.set()
    first, second, third = await asyncio.gather(*waiting)
    assert [t.masked for t, _ in engine.calls] == ["第一句", "第二句，第三句"]
    assert [m.id for m in second.messages] == [m.id for m in third.messages] != [m.id for m in first.messages]
    assert [s for _, s, _ in await transcript(conversations, cid)] == ["citizen", "citizen", "citizen", "bot", "bot"]


async def test_one_conversation_never_has_two_turns_at_once(conversations: Conversations, engine: ScriptedEngine) -> None:
    cid = await opened(conversations)

    async def slow(turn, context):
        await asyncio.sleep(0.02)
        return EngineReply(outputs=[{"text": "好"}])

    engine.answer = slow
    await asyncio.gather(*(say(conversations, cid, f"第{n}句", f"m{n}") for n in range(8)))
    assert engine.most_at_once[cid] == 1
    seqs = [s for s, _, _ in await transcript(conversations, cid)]
    assert seqs == list(range(1, len(seqs) + 1))


async def test_an_engine_that_stumbles_is_asked_again_and_nothing_is_said_twice(conversations: Conversations, engine: ScriptedEngine) -> None:
    cid = await opened(conversations)
    engine.failures = 2
    result = await say(conversations, cid, "你好")
    assert [m.text for m in result.messages] == ["echo 你好"]
    assert [s for _, s, _ in await transcript(conversations, cid)] == ["citizen", "bot"]


async def test_an_engine_that_stays_down_is_admitted_with_a_way_on(conversations: Conversations, engine: ScriptedEngine) -> None:
    cid = await opened(conversations)
    engine.failures = 1000
    result = await say(conversations, cid, "你好")
    assert result.outcome and result.outcome.code == "failed"
    assert [m.type for m in result.messages] == ["notice", "choices"]
    assert result.messages[0].code == "service.unavailable"


async def test_a_turn_whose_worker_died_is_taken_up_by_its_next_life(database: Database, vault: Vault, engine: ScriptedEngine) -> None:
    dead = build(database, vault, engine)
    engine.gate = asyncio.Event()
    cid = await opened(dead)
    turn_id = await dead.receive(conversation_id=cid, incoming=Incoming("text", "还在吗", "m1"))
    while not engine.calls:
        await asyncio.sleep(0.01)
    await dead.close()  # as if killed: its task ends, its lease stays
    async with database.begin() as conn:
        await conn.execute(text("UPDATE conversations.conversation SET busy_by = 'gateway-0', busy_until = now() + interval '1 hour'"))
    engine.gate.set()
    next_life = build(database, vault, engine)
    assert await next_life.recover(first=True) == 1
    result = await next_life.result(conversation_id=cid, turn_id=turn_id, timeout_s=60)
    assert [m.text for m in result.messages] == ["echo 还在吗"]
    assert [s for _, s, _ in await transcript(next_life, cid)] == ["citizen", "bot"]
    await next_life.close()


async def test_another_worker_leaves_a_living_lease_alone(database: Database, vault: Vault, engine: ScriptedEngine) -> None:
    busy, other = build(database, vault, engine, "gateway-0"), build(database, vault, engine, "gateway-1")
    engine.gate = asyncio.Event()
    cid = await opened(busy)
    await busy.receive(conversation_id=cid, incoming=Incoming("text", "一", "m1"))
    while not engine.calls:
        await asyncio.sleep(0.01)
    assert await other.recover() == 0
    engine.gate.set()
    await busy.close()


async def test_a_late_bot_reply_never_lands_on_top_of_an_agent(conversations: Conversations, engine: ScriptedEngine, database: Database) -> None:
    cid = await opened(conversations)
    engine.gate = asyncio.Event()
    waiting = asyncio.create_task(say(conversations, cid, "慢慢想"))
    while not engine.calls:
        await asyncio.sleep(0.01)
    async with database.begin() as conn:
        await conversations.change_owner(conn, conversation_id=cid, version=1, owner="agent", agent_id="agent1")
    engine.gate.set()
    result = await waiting
    assert result.messages == []
    assert (result.owner, result.version) == ("agent", 2)
    assert [s for _, s, _ in await transcript(conversations, cid)] == ["citizen"]


async def test_only_one_of_two_owners_wins(conversations: Conversations, database: Database) -> None:
    cid = await opened(conversations)

    async def claim(agent: str) -> str:
        try:
            async with database.begin() as conn:
                await conversations.change_owner(conn, conversation_id=cid, version=1, owner="agent", agent_id=agent)
        except StaleVersion as error:
            return f"lost to {error.fields['owner']}"
        return agent

    results = await asyncio.gather(*(claim(f"agent{n}") for n in range(8)))
    winner = next(r for r in results if not r.startswith("lost"))
    assert sorted(results)[1:] == [f"lost to {winner}"] * 7


async def test_what_an_action_staged_is_committed_with_rendered_sentences_in_order(conversations: Conversations, engine: ScriptedEngine) -> None:
    cid = await opened(conversations)

    async def staging(turn, context):
        entries = [Utter(response="utter_a"), Text(text="卡片"), Utter(response="utter_b")]
        staged = Staged(
            entries=entries, state=DialogueState(guide_id="g-1", district="番禺区"), outcome=Outcome(code="answered", guide_id="g-1", guide_version=3)
        )
        await conversations.stage(turn_id=turn.id, staged=staged)
        return EngineReply(outputs=[{"text": "甲", "response": "utter_a"}, {"text": "乙", "response": "utter_b"}])

    engine.answer = staging
    result = await say(conversations, cid, "找事项")
    assert [m.text for m in result.messages] == ["甲", "卡片", "乙"]
    assert result.outcome and (result.outcome.guide_id, result.outcome.guide_version) == ("g-1", 3)
    state = (await conversations.conversation(cid)).state
    assert (state.guide_id, state.district) == ("g-1", "番禺区")


async def test_the_action_server_reads_what_was_written_and_the_engine_only_sees_it_masked(
    conversations: Conversations, engine: ScriptedEngine
) -> None:
    cid = await opened(conversations)
    seen = {}

    async def looking(turn, context):
        seen["loaded"] = await conversations.turn(turn.id)
        return EngineReply(outputs=[{"text": "好"}])

    engine.answer = looking
    await say(conversations, cid, "我的手机号是13800138000")
    assert engine.calls[0][0].masked == "我的手机号是[phone]"
    assert seen["loaded"].original == "我的手机号是13800138000"


async def test_personal_values_are_nowhere_readable_in_the_database(conversations: Conversations, database: Database) -> None:
    cid = await opened(conversations)
    await say(conversations, cid, "手机13800138000，身份证440106199001011230，住天河区体育西路1号", "m1")
    async with database.begin() as conn:
        tables = (await conn.execute(text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'conversations'"))).scalars().all()
        dump = "".join([str((await conn.execute(text(f'SELECT * FROM conversations."{t}"'))).all()) for t in tables])
    assert "[phone]" in dump, "the masked text is there, so the dump really holds the message"
    assert "13800138000" not in dump and "440106199001011230" not in dump and "体育西路" not in dump


@pytest.mark.parametrize(
    ("incoming", "error"),
    [
        (Incoming("text", "  ", "a"), EmptyMessage),
        (Incoming("text", "啊" * 2001, "b"), MessageTooLong),
        (Incoming("payload", "/no_such_thing{", "c"), PayloadInvalid),
        (Incoming("payload", '/rate{"episode_id":"e","value":9}', "d"), PayloadInvalid),
    ],
)
async def test_what_is_refused_changes_nothing(conversations: Conversations, incoming: Incoming, error: type[Exception]) -> None:
    cid = await opened(conversations)
    with pytest.raises(error):
        await conversations.receive(conversation_id=cid, incoming=incoming)
    assert await transcript(conversations, cid) == []


async def test_emergency_words_are_answered_before_the_engine_is_asked(conversations: Conversations, engine: ScriptedEngine) -> None:
    cid = await opened(conversations)
    result = await say(conversations, cid, "我爸突然晕倒没有呼吸了怎么办")
    assert result.messages[0].type == "notice" and result.messages[0].code == "emergency.120"
    assert engine.calls == []


async def test_a_citizen_who_writes_traditional_characters_is_answered_in_them(conversations: Conversations) -> None:
    cid = await opened(conversations)
    result = await say(conversations, cid, "身份證唔見咗")
    assert result.messages[0].text == "echo 身份證唔見咗"
    assert (await conversations.conversation(cid)).state.script == "hant"


async def test_a_closed_conversation_is_the_bots_again_when_the_citizen_returns(conversations: Conversations, database: Database) -> None:
    cid = await opened(conversations)
    async with database.begin() as conn:
        await conversations.change_owner(conn, conversation_id=cid, version=1, owner="closed")
    result = await say(conversations, cid, "我又来了")
    assert [m.sender for m in result.messages] == ["bot"]
    assert result.owner == "bot"
