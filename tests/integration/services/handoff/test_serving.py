"""Claiming, writing, handing on, taking over, and agents who vanish. On real PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.conversations.errors import StaleVersion
from services.handoff.errors import (
    AlreadyClaimed,
    AtCapacity,
    ColleagueBusy,
    ColleagueMissing,
    NotOnline,
    NotVisible,
    NotWaiting,
    NotYours,
    ReasonMissing,
)
from services.messages.model import Text
from tests.fakes.help_desk import GUIDE, HelpDesk


async def test_a_claim_connects_the_citizen_and_silences_the_bot(desk: HelpDesk) -> None:
    [agent] = await desk.online("agent1")
    cid = await desk.waiting()
    assert (await desk.claim(agent, cid)).version == 3
    assert await desk.owner(cid) == ("agent", "st_agent1")
    told = (await desk.told(cid))[-1]
    assert (told.type, told.state, told.agent) == ("handoff", "connected", "陈晓敏")
    calls = len(desk.engine.calls)
    result = await desk.say(cid, "你好，还想问一下")
    assert result.messages == [] and result.owner == "agent" and len(desk.engine.calls) == calls
    sent = await desk.handoff.serving.send(staff=agent, conversation_id=cid, message=Text(text="您好，请说"))
    assert sent.sender == "agent" and sent.seq == (await desk.conversations.messages(conversation_id=cid))[-1].seq


async def test_the_loser_is_told_who_won_and_the_winner_may_tap_twice(desk: HelpDesk) -> None:
    one, two = await desk.online("agent1", "agent2")
    cid = await desk.waiting()
    await desk.claim(one, cid, 2)
    with pytest.raises(AlreadyClaimed) as lost:
        await desk.claim(two, cid, 2)
    assert lost.value.fields == {"owner": "st_agent1"} and "陈晓敏" in lost.value.envelope()["error"]["message"]
    assert (await desk.claim(one, cid, 2)).agent_id == "st_agent1"
    assert sum(m.type == "handoff" and m.state == "connected" for m in await desk.told(cid)) == 1


async def test_what_does_not_wait_cannot_be_claimed(desk: HelpDesk) -> None:
    [agent] = await desk.online("agent1")
    with pytest.raises(NotWaiting):
        await desk.claim(agent, await desk.citizen())
    cid = await desk.waiting()
    with pytest.raises(StaleVersion):
        await desk.claim(agent, cid, 1)
    assert (await desk.owner(cid))[0] == "queue"


async def test_only_who_is_online_and_has_a_place_claims(desk: HelpDesk) -> None:
    await desk.online("agent1", capacity=1)
    one, other = await desk.person("agent1"), await desk.person("agent2")
    first, second = await desk.waiting(), await desk.waiting()
    with pytest.raises(NotOnline):
        await desk.claim(other, first)
    await desk.claim(one, first)
    with pytest.raises(AtCapacity):
        await desk.claim(one, second)


async def test_only_the_owner_writes_or_a_supervisor_who_says_why(desk: HelpDesk) -> None:
    owner, other = await desk.online("agent1", "agent2")
    supervisor = await desk.person("supervisor1")
    cid = await desk.served(owner)
    for who, reason in [(other, None), (other, "想帮忙"), (supervisor, None)]:
        with pytest.raises(NotYours):
            await desk.handoff.serving.send(staff=who, conversation_id=cid, message=Text(text="我来"), reason=reason)
    assert not [m for m in await desk.told(cid) if m.sender == "agent"]
    await desk.handoff.serving.send(staff=supervisor, conversation_id=cid, message=Text(text="补充一点"), reason="答复有误")
    [entry] = [e for e in await desk.audit.entries(subject=cid) if e.action == "handoff.intervene"]
    assert (entry.actor, entry.data) == ("st_supervisor1", {"reason": "答复有误"})


async def test_closing_says_goodbye_asks_how_it_was_and_the_bot_is_back_with_the_next_word(desk: HelpDesk) -> None:
    [agent] = await desk.online("agent1")
    cid = await desk.served(agent)
    await desk.handoff.serving.release(staff=agent, conversation_id=cid, to="closed", note="已说明")
    closed, rating = (await desk.told(cid))[-2:]
    assert (closed.state, closed.agent) == ("closed", "陈晓敏")
    assert [level.value for level in rating.levels] == [5, 4, 3, 2, 1] and rating.levels[0].label == "非常满意"
    assert rating.levels[0].payload == f'/rate{{"episode_id": "{rating.episode_id}", "value": 5}}'
    state = (await desk.conversations.conversation(cid)).state
    assert state.pending == "rating" and next(o.label for o in state.offers) == "非常满意", "so that words will do too"
    assert (await desk.owner(cid))[0] == "closed"
    result = await desk.say(cid, "要多少钱")
    assert [m.text for m in result.messages] == ["bot：要多少钱"] and result.owner == "bot"
    with pytest.raises(NotYours):
        await desk.handoff.serving.send(staff=agent, conversation_id=cid, message=Text(text="还有"))


async def test_given_back_to_the_bot_the_citizen_goes_on_where_he_was(desk: HelpDesk) -> None:
    [agent] = await desk.online("agent1")
    cid = await desk.served(agent)
    await desk.handoff.serving.release(staff=agent, conversation_id=cid, to="bot")
    assert (await desk.told(cid))[-1].state == "closed"
    assert [m.text for m in (await desk.say(cid, "谢谢")).messages] == ["bot：谢谢"]


async def test_back_in_the_queue_the_citizen_keeps_his_place(desk: HelpDesk) -> None:
    [agent] = await desk.online("agent1")
    cid = await desk.waiting()
    since = (await desk.handoff.reading.queue())[0].episode.queued_since
    await desk.claim(agent, cid)
    desk.clock.moment += timedelta(seconds=50)
    later = await desk.waiting()
    moved = await desk.handoff.serving.release(staff=agent, conversation_id=cid, to="queue")
    items = await desk.handoff.reading.queue()
    assert [i.episode.conversation_id for i in items] == [cid, later]
    assert (items[0].episode.queued_since, items[0].episode.version) == (since, moved.version)
    assert items[0].waited_s == 52
    told = [m for m in await desk.told(cid) if m.type == "handoff"][-1]
    assert told.position == 1 and "原来的位置" in told.text


async def test_forwarding_needs_a_colleague_who_is_there(desk: HelpDesk) -> None:
    [agent] = await desk.online("agent1")
    cid = await desk.served(agent)
    release = desk.handoff.serving.release
    impossible = [(None, ColleagueMissing), ("st_agent1", ColleagueMissing), ("st_editor1", ColleagueMissing), ("st_agent2", ColleagueBusy)]
    for colleague, error in impossible:
        with pytest.raises(error):
            await release(staff=agent, conversation_id=cid, to="agent", colleague_id=colleague)
    assert await desk.owner(cid) == ("agent", "st_agent1")
    [colleague] = await desk.online("agent2")
    await release(staff=agent, conversation_id=cid, to="agent", colleague_id="st_agent2", note="要查户籍")
    assert await desk.owner(cid) == ("agent", "st_agent2")
    assert (await desk.told(cid))[-1].agent == "黄志强"
    view = await desk.handoff.reading.view(staff=colleague, conversation_id=cid)
    assert [(n.staff_id, n.text) for n in view.notes] == [("st_agent1", "要查户籍")]


@pytest.mark.parametrize("owner", ["bot", "queue", "agent"])
async def test_a_supervisor_takes_over_from_anybody_with_a_reason(desk: HelpDesk, owner: str) -> None:
    [agent] = await desk.online("agent1")
    supervisor = await desk.person("supervisor1")
    cid = {"bot": desk.citizen, "queue": desk.waiting, "agent": lambda: desk.served(agent)}[owner]
    cid = await cid()
    with pytest.raises(ReasonMissing):
        await desk.handoff.serving.take_over(staff=supervisor, conversation_id=cid, reason=" ")
    await desk.handoff.serving.take_over(staff=supervisor, conversation_id=cid, reason="投诉升级")
    assert await desk.owner(cid) == ("agent", "st_supervisor1")
    assert "林淑仪" in (await desk.told(cid))[-1].text
    [entry] = [e for e in await desk.audit.entries(subject=cid) if e.action == "handoff.takeover"]
    assert entry.data == {"reason": "投诉升级", "owner": "st_agent1" if owner == "agent" else owner}
    with pytest.raises(NotYours):
        await desk.handoff.serving.send(staff=agent, conversation_id=cid, message=Text(text="我还在"))
    await desk.handoff.tidy()
    assert await desk.owner(cid) == ("agent", "st_supervisor1"), "taking over counts as being there"


@pytest.mark.parametrize("state", ["away", "offline"])
async def test_who_leaves_gives_his_citizens_back_kindly(desk: HelpDesk, state: str) -> None:
    agent, _ = await desk.online("agent1", "agent2")
    cid = await desk.served(agent)
    await desk.handoff.set_presence(staff_id="st_agent1", state=state)
    assert await desk.owner(cid) == ("queue", None)
    handoff, choices = (await desk.told(cid))[-2:]
    assert handoff.position == 1 and "陈晓敏暂时离开" in handoff.text and choices.type == "choices"


async def test_an_agent_not_heard_of_for_90_seconds_is_gone_and_his_citizens_go_back(desk: HelpDesk) -> None:
    agent, _ = await desk.online("agent1", "agent2")
    cid = await desk.served(agent)
    desk.clock.moment += timedelta(seconds=80)
    await desk.handoff.presence.touch("st_agent2")
    await desk.handoff.tidy()
    assert await desk.owner(cid) == ("agent", "st_agent1")
    desk.clock.moment += timedelta(seconds=11)
    await desk.handoff.tidy()
    assert await desk.owner(cid) == ("queue", None)
    before = len(await desk.told(cid))
    await desk.handoff.tidy()
    assert len(await desk.told(cid)) == before, "told once"


async def test_a_heartbeat_keeps_an_agent_there(desk: HelpDesk) -> None:
    [agent] = await desk.online("agent1")
    cid = await desk.served(agent)
    for _ in range(5):
        desk.clock.moment += timedelta(seconds=60)
        await desk.handoff.presence.touch("st_agent1")
        await desk.handoff.tidy()
    assert await desk.owner(cid) == ("agent", "st_agent1")


async def test_when_the_last_agent_is_gone_his_citizen_gets_a_promise_and_the_bot(desk: HelpDesk) -> None:
    [agent] = await desk.online("agent1")
    cid = await desk.served(agent)
    await desk.handoff.set_presence(staff_id="st_agent1", state="offline")
    assert (await desk.owner(cid))[0] == "bot"
    assert (await desk.told(cid))[-1].state == "ticket"
    assert [m.text for m in (await desk.say(cid, "那我先问")).messages] == ["bot：那我先问"]


async def test_the_package_is_whole_for_the_owner_and_masked_for_others(desk: HelpDesk) -> None:
    owner, other = await desk.online("agent1", "agent2")
    cid = await desk.waiting()
    await desk.say(cid, "我电话13800138000")
    await desk.claim(owner, cid)
    desk.clock.moment += timedelta(seconds=5)
    mine = await desk.handoff.reading.view(staff=owner, conversation_id=cid)
    assert mine.whole and mine.can_write
    assert mine.package["guide_id"] == GUIDE and mine.package["summary"] and mine.package["waited_s"] == 1
    assert mine.package["form"]["fields"][0]["value"] == "13800138000"
    assert "13800138000" in str(mine.messages)
    theirs = await desk.handoff.reading.view(staff=other, conversation_id=cid)
    assert not theirs.whole and not theirs.can_write and theirs.suggestions == []
    assert "[phone]" in str(theirs.messages) and len(theirs.messages) == len(mine.messages)
    assert theirs.package["summary"] and theirs.package["form"]["fields"][0]["label"] == "联系电话"
    assert "13800138000" not in f"{theirs.messages}{theirs.package}"


async def test_a_conversation_that_was_never_handed_over_is_closed_to_agents_and_audited_for_supervisors(desk: HelpDesk) -> None:
    [agent] = await desk.online("agent1")
    supervisor, cid = await desk.person("supervisor1"), await desk.citizen()
    with pytest.raises(NotVisible):
        await desk.handoff.reading.view(staff=agent, conversation_id=cid)
    assert (await desk.handoff.reading.view(staff=supervisor, conversation_id=cid)).whole
    assert [(e.actor, e.action) for e in await desk.audit.entries(subject=cid)] == [("st_supervisor1", "conversation.read")]


async def test_suggestions_are_cards_for_what_was_said_and_ready_sentences(desk: HelpDesk) -> None:
    [agent] = await desk.online("agent1")
    cid = await desk.served(agent)
    view = await desk.handoff.reading.view(staff=agent, conversation_id=cid)
    cards = [s for s in view.suggestions if s["kind"] == "guide"]
    assert [(c["guide_id"], c["name"], c["why"]) for c in cards] == [(GUIDE, "身份证补领", "市民正在办的事项")]
    replies = [s["text"] for s in view.suggestions if s["kind"] == "reply"]
    assert any("陈晓敏" in r for r in replies) and any("身份证补领" in r for r in replies)


async def test_a_search_without_an_answer_suggests_nothing_and_one_with_says_why(desk: HelpDesk) -> None:
    [agent] = await desk.online("agent1")
    cid = await desk.served(agent, guide_id=None)
    await desk.say(cid, "明天股票会涨吗")
    for answerable, expected in [(False, []), (True, [(GUIDE, "身份证补领", "市民说的是“转人工，明天股票会涨吗”")])]:
        desk.knowledge.answerable = answerable
        view = await desk.handoff.reading.view(staff=agent, conversation_id=cid)
        assert [(s["guide_id"], s["name"], s["why"]) for s in view.suggestions if s["kind"] == "guide"] == expected
        assert any("身份证补领" in s["text"] for s in view.suggestions if s["kind"] == "reply") is answerable


async def test_an_index_that_is_down_leaves_the_ready_sentences(desk: HelpDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    [agent] = await desk.online("agent1")
    cid = await desk.served(agent, guide_id=None)

    def down(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(desk.knowledge, "search", down)
    view = await desk.handoff.reading.view(staff=agent, conversation_id=cid)
    assert {s["kind"] for s in view.suggestions} == {"reply"}


async def test_the_clocks_are_kept_apart(desk: HelpDesk) -> None:
    [agent] = await desk.online("agent1")
    cid = await desk.waiting()
    desk.clock.moment += timedelta(seconds=29)
    await desk.claim(agent, cid)
    desk.clock.moment += timedelta(seconds=10)
    await desk.handoff.serving.send(staff=agent, conversation_id=cid, message=Text(text="您好"))
    desk.clock.moment += timedelta(seconds=20)
    await desk.handoff.serving.send(staff=agent, conversation_id=cid, message=Text(text="办好了"))
    await desk.handoff.serving.release(staff=agent, conversation_id=cid, to="closed")
    of_desk, of_agents = await desk.handoff.figures(since=desk.clock.now() - timedelta(hours=1))
    assert of_desk == {
        "handoffs": 1, "claimed": 1, "closed": 1, "returned": 0, "cancelled": 0, "tickets": 0, "wait_s": 30, "first_reply_s": 10, "handling_s": 30,
    }  # fmt: skip
    assert of_agents == {"st_agent1": {"taken": 1, "finished": 1, "first_reply_s": 10, "handling_s": 30}}


async def test_erasing_a_citizen_empties_the_queue_of_him(desk: HelpDesk) -> None:
    await desk.online("agent1")
    cid = await desk.waiting()
    person = (await desk.conversations.conversation(cid)).person_id
    await desk.conversations.erase(person_id=person)
    await desk.handoff.erase(person_id=person)
    assert await desk.handoff.reading.queue() == []
    await desk.handoff.tidy()
