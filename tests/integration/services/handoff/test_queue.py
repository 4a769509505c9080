"""Asking for a person: the queue, its order and estimates, leaving it, nobody being there. On real PostgreSQL."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from common.clock import SHANGHAI
from tests.fakes.help_desk import HelpDesk


async def test_who_asks_for_a_person_is_told_his_place_and_may_leave(desk: HelpDesk) -> None:
    await desk.online("agent1")
    cid = await desk.citizen()
    result = await desk.say(cid, "转人工，身份证丢了")
    bot, handoff, choices = result.messages
    assert bot.sender == "bot"
    assert (handoff.type, handoff.state, handoff.position, handoff.sender) == ("handoff", "queued", 1, "system")
    assert handoff.estimated_wait_s == 60 and "第1位" in handoff.text and "1分钟" in handoff.text
    assert [c.payload for c in choices.choices] == ["/cancel_handoff"]
    assert (result.owner, result.version) == ("queue", 2)
    [item] = await desk.handoff.reading.queue()
    assert (item.episode.conversation_id, item.episode.version, item.episode.summary) == (cid, 2, "最后一句：转人工，身份证丢了")


async def test_the_vulnerable_come_first_then_the_misunderstood_but_nobody_waits_for_ever(desk: HelpDesk) -> None:
    await desk.online("agent1")
    patient = await desk.waiting()
    desk.clock.moment += timedelta(minutes=40)
    await desk.online("agent1")
    first = await desk.waiting()
    missed = await desk.waiting(reason="not_understood")
    elder = await desk.waiting(elder=True)
    second = await desk.waiting()
    order = [i.episode.conversation_id for i in await desk.handoff.reading.queue()]
    assert order == [patient, elder, missed, first, second]
    assert [i.episode.priority for i in await desk.handoff.reading.queue()] == [0, 2, 1, 0, 0]


async def test_the_wait_grows_with_those_ahead_once_every_place_is_taken(desk: HelpDesk) -> None:
    [agent] = await desk.online("agent1", capacity=1)
    await desk.served(agent)
    waits = []
    for _ in range(3):
        result = await desk.say(await desk.citizen(), "转人工")
        waits.append(next(m.estimated_wait_s for m in result.messages if m.type == "handoff"))
    assert waits[0] < waits[1] < waits[2]
    assert waits[2] - waits[1] == 480, "what a conversation takes before there are figures of our own"
    await desk.online("agent2", capacity=1)
    result = await desk.say(await desk.citizen(), "转人工")
    assert next(m.estimated_wait_s for m in result.messages if m.type == "handoff") < waits[2], "one more agent, a shorter wait"


async def test_long_conversations_make_the_estimate_longer(desk: HelpDesk) -> None:
    [agent] = await desk.online("agent1", capacity=1)
    for _ in range(5):
        cid = await desk.served(agent)
        desk.clock.moment += timedelta(seconds=2000)
        await desk.online("agent1", capacity=1)
        await desk.handoff.serving.release(staff=agent, conversation_id=cid, to="bot")
    await desk.served(agent)
    await desk.waiting()
    result = await desk.say(await desk.citizen(), "转人工")
    assert next(m.estimated_wait_s for m in result.messages if m.type == "handoff") > 1200 * 2


async def test_what_a_waiting_citizen_writes_joins_the_transcript_and_the_bot_stays_silent(desk: HelpDesk) -> None:
    await desk.online("agent1")
    cid = await desk.waiting()
    calls = len(desk.engine.calls)
    first = await desk.say(cid, "我想问问要带什么")
    assert [m.type for m in first.messages] == ["handoff"], "told once that he is still in the queue"
    assert (await desk.say(cid, "还有照片")).messages == []
    assert len(desk.engine.calls) == calls
    said = [m.text for m in await desk.conversations.messages(conversation_id=cid) if m.sender == "citizen"]
    assert said == ["转人工", "我想问问要带什么", "还有照片"]


async def test_a_new_place_is_told_when_somebody_moved_up_and_not_more_than_once_a_minute(desk: HelpDesk) -> None:
    [agent] = await desk.online("agent1")
    before, cid = await desk.waiting(), await desk.waiting()
    await desk.say(cid, "在吗")
    await desk.claim(agent, before)
    await desk.handoff.tidy()
    assert [m.position for m in await desk.told(cid) if m.type == "handoff"] == [2, 2]
    desk.clock.moment += timedelta(seconds=61)
    await desk.handoff.tidy()
    await desk.handoff.tidy()
    assert [m.position for m in await desk.told(cid) if m.type == "handoff"] == [2, 2, 1]


@pytest.mark.parametrize("words", ["/cancel_handoff", "不等了", "那算了吧。", "不用了", "唔使等喇", "取消排隊", "不等了，继续问机器人"])
async def test_who_will_not_wait_is_the_bots_again(desk: HelpDesk, words: str) -> None:
    await desk.online("agent1")
    cid = await desk.waiting()
    left = await desk.say(cid, words)
    assert [m.sender for m in left.messages] == ["bot"] and "退出排队" in left.messages[0].text
    assert left.owner == "bot"
    assert await desk.handoff.reading.queue() == []
    assert [m.text for m in (await desk.say(cid, "要多少钱")).messages] == ["bot：要多少钱"]


@pytest.mark.parametrize("words", ["不用身份证原件可以吗", "取消预约怎么办", "不要紧吧", "算了一下要两百块对吗"])
async def test_a_question_is_not_mistaken_for_leaving(desk: HelpDesk, words: str) -> None:
    await desk.online("agent1")
    cid = await desk.waiting()
    assert (await desk.say(cid, words)).owner == "queue"


@pytest.mark.parametrize(("moment", "promise"), [("2026-03-18 10:00", "3月18日（周三）12:00"), ("2026-03-20 22:00", "3月23日（周一）11:00")])
async def test_with_nobody_online_there_is_a_ticket_with_a_promise_and_the_bot_stays(desk: HelpDesk, moment: str, promise: str) -> None:
    desk.clock.moment = datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)
    cid = await desk.citizen()
    result = await desk.say(cid, "转人工，电话13800138000")
    _, told = result.messages
    assert (told.type, told.state, result.owner) == ("handoff", "ticket", "bot")
    assert told.ticket_number in told.text and promise in told.text
    ticket = await desk.tickets.get(number=told.ticket_number)
    assert (ticket.kind, ticket.origin, ticket.conversation_id) == ("callback", "nobody_there", cid)
    assert "13800138000" in ticket.detail and "13800138000" not in ticket.title
    assert [m.text for m in (await desk.say(cid, "要多少钱")).messages] == ["bot：要多少钱"]


async def test_an_agent_who_is_away_does_not_count_as_there(desk: HelpDesk) -> None:
    await desk.handoff.set_presence(staff_id="st_agent1", state="away")
    result = await desk.say(await desk.citizen(), "转人工")
    assert result.messages[-1].state == "ticket"


async def test_a_queue_nobody_looks_at_becomes_tickets(desk: HelpDesk) -> None:
    await desk.online("agent1")
    cid = await desk.waiting()
    await desk.handoff.set_presence(staff_id="st_agent1", state="offline")
    await desk.handoff.tidy()
    assert (await desk.owner(cid))[0] == "queue", "he may be back in a moment"
    desk.clock.moment += timedelta(seconds=181)
    await desk.handoff.tidy()
    assert (await desk.owner(cid))[0] == "bot"
    told = (await desk.told(cid))[-1]
    assert told.state == "ticket" and (await desk.tickets.get(number=told.ticket_number)).origin == "nobody_there"


async def test_an_emergency_is_answered_even_while_waiting(desk: HelpDesk) -> None:
    await desk.online("agent1")
    result = await desk.say(await desk.waiting(), "我爸突然晕倒没有呼吸了怎么办")
    assert result.messages[0].code == "emergency.120" and result.owner == "queue"
