"""Who serves a citizen: our own desk through the API, or the organisation's people in the WeCom client; both sides know of each other."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa

from channels.base import Part, Place
from services.conversations.model import EngineReply, Turn
from services.deliveries.tables import address
from services.handoff.tables import episode
from services.messages.model import Text
from tests.fakes.wechat import Fault, KfPhone, Seen
from tests.fakes.wechat.tokens import expire
from tests.integration.channels.wecom_kf.conftest import PATIENT_S, Corp, Open

pytestmark = pytest.mark.timeout(600)
SEND, TRANS = "/cgi-bin/kf/send_msg", "/cgi-bin/kf/service_state/trans"


async def owner(corp: Corp) -> tuple[str, str | None]:
    talk = await corp.talk()
    return talk.owner, talk.agent_id


async def until_owner(corp: Corp, wanted: str) -> None:
    async def is_so() -> bool:
        return await corp.talks() and (await owner(corp))[0] == wanted

    await corp.until(is_so)


async def episodes(corp: Corp) -> list[Any]:
    async with corp.desk.database.begin() as conn:
        return list((await conn.execute(sa.select(episode).order_by(episode.c.queued_since))).all())


async def ended(corp: Corp) -> list[Any]:
    return [e for e in await episodes(corp) if e.state == "ended"]


async def in_state(customer: KfPhone, corp: Corp, *states: int) -> None:
    async def is_so() -> bool:
        return customer.session.state in states

    await corp.until(is_so)


async def asks_for_a_person(corp: Corp, customer: KfPhone) -> None:
    await customer.text("身份证怎么补")
    await customer.sees("bot：身份证怎么补")
    await customer.text("转人工")
    await customer.sees("正在为您转接")


async def greeted(customer: KfPhone) -> None:
    await customer.text("你好")
    await customer.sees("bot：你好")


async def claims(corp: Corp, customer: KfPhone, agent: Any) -> None:
    talk = await corp.talk()
    await corp.desk.online("agent1")  # on a slow machine he would long be gone
    await corp.desk.claim(agent, talk.id, talk.version)
    await customer.sees("已接入")


async def marks(customer: KfPhone) -> Seen:
    """The message that asks him for a mark."""
    return await customer.until(lambda seen: any("非常满意" in label for _, label in seen.choices))


def people_have(customer: KfPhone) -> None:
    """His session, and no event told us."""
    customer.session.state, customer.session.servicer = 3, "servicer-1"


# — at our desk —


async def test_at_our_desk_the_session_stays_with_the_assistant_and_all_of_it_goes_by_the_api(open_corp: Open) -> None:
    """The whole talk in safe mode, with doubled signals and a token that dies on the way."""
    corp = await open_corp()
    corp.platform.weather.copies = 1
    customer = corp.customer()
    [agent] = await corp.desk.online("agent1")
    await asks_for_a_person(corp, customer)
    expire(corp.account)
    talk = await corp.talk()
    assert talk.owner == "queue" and customer.session.state == 1
    await claims(corp, customer, agent)
    await corp.desk.handoff.serving.send(staff=agent, conversation_id=talk.id, message=Text(text="您好，请说"))
    await customer.sees("您好，请说")
    await customer.text("我想问补办的费用")
    await corp.all_taken()
    assert "我想问补办的费用" not in corp.said(), "a person has the talk, the bot is silent"
    await customer.other("video")
    await corp.all_taken()
    assert any(m.text == "[视频]" and m.sender == "citizen" for m in await corp.transcript()), "the agent sees that something came"
    await corp.desk.handoff.serving.release(staff=agent, conversation_id=talk.id, to="closed")
    menu = await marks(customer)
    assert menu.kind == "msgmenu" and customer.session.state == 1
    await customer.tap("非常满意")
    await corp.until(lambda: _rated(corp, agent.id))
    await customer.text("还有一件事")
    await customer.sees("bot：还有一件事")
    assert corp.platform.refused.keys() <= {40001, 40014, 42001}, "but for the dead token nothing was refused"


async def _rated(corp: Corp, agent: str) -> bool:
    found = await corp.desk.ratings.figures(since=corp.desk.clock.now().replace(year=2000))
    return found.get(agent, {}).get("count") == 1


async def test_when_wecom_takes_a_session_of_ours_the_people_there_have_the_talk(open_corp: Open) -> None:
    """Our agent had it; somebody in the WeCom client took it: he has it now, what he writes stands in the talk, and it ends with the rating."""
    corp = await open_corp()
    customer = corp.customer()
    [agent] = await corp.desk.online("agent1")
    await asks_for_a_person(corp, customer)
    await claims(corp, customer, agent)
    await customer.served_by("servicer-1")
    await corp.all_taken()
    assert await owner(corp) == ("agent", None)
    assert [e.state for e in await episodes(corp)] == ["elsewhere"]
    await customer.ended()  # the word that somebody is there may be out or not
    await customer.sees("非常满意")
    assert (await owner(corp))[0] == "closed"
    await customer.text("还有一件事")
    await customer.sees("bot：还有一件事")


# — in the WeCom client —


async def to_wecom(open_corp: Open, **more: Any) -> tuple[Corp, KfPhone]:
    corp = await open_corp(agents="wecom", **more)
    customer = corp.customer()
    await asks_for_a_person(corp, customer)
    await in_state(customer, corp, 2, 3)
    return corp, customer


async def test_handed_to_wecom_he_waits_in_its_pool_and_the_bot_is_silent(open_corp: Open) -> None:
    """The whole of it: asked for, handed over, taken, answered, ended, rated, and the bot again; with doubled signals."""
    corp, customer = await to_wecom(open_corp)
    corp.platform.weather.copies = 1
    assert customer.session.state == 2 and await owner(corp) == ("agent", None)
    await customer.text("在吗")
    await corp.all_taken()
    await customer.served_by("servicer-1")
    await customer.sees("人工客服已接入")
    await customer.servicer_says("您好，我是小李，请说")
    await customer.servicer_says("发错了，这是别人的")
    await customer.servicer_recalls(customer.desk.items[-1])
    await customer.text("费用多少")
    await corp.all_taken()
    assert "在吗" not in corp.said() and "费用多少" not in corp.said()
    said = [(m.sender, m.text) for m in await corp.transcript()]
    assert ("agent", "您好，我是小李，请说") in said and ("citizen", "费用多少") in said
    assert ("agent", "帮办员撤回了一条消息") in said and "别人" not in str(said)
    await customer.ended()
    menu = await marks(customer)
    assert menu.kind == "msgmenu" and (await owner(corp))[0] == "closed"
    [one] = await episodes(corp)
    assert (one.state, one.ended_as) == ("ended", "closed") and one.claimed_at and one.first_reply_at
    await customer.tap("非常满意")
    await corp.until(lambda: _rated(corp, "bot"))
    await customer.text("再问一句")
    await customer.sees("bot：再问一句")
    shown = "\n".join(seen.all_text for seen in customer.screen)
    assert "小李" not in shown, "what WeCom has shown him is not sent again"
    assert customer.session.state == 1 and set(corp.platform.refused) <= {95018}


def held_back(corp: Corp, words: str) -> asyncio.Event:
    """Parts with these words are on their way, and do not get on before the event is set."""
    sending, gone = corp.gateways[-1].channel.sending, asyncio.Event()
    send = sending.send

    async def held(place: Place, part: Part) -> None:
        if words in str(part):
            await gone.wait()
        await send(place, part)

    sending.send = held  # type: ignore[method-assign]
    return gone


async def test_a_word_that_was_on_its_way_does_not_take_the_answer_to_the_end(open_corp: Open) -> None:
    """Taken and ended before "somebody is there" got out: its part is made, and the one answer that is left is the rating's."""
    corp, customer = await to_wecom(open_corp)
    connected = held_back(corp, "人工客服已接入")
    await customer.served_by("servicer-1")

    async def is_made() -> bool:
        return bool(await corp.scalar(sa.select(sa.func.count()).select_from(address).where(address.c.batch.is_not(None))))

    await corp.until(is_made)
    await customer.ended()
    await until_owner(corp, "closed")
    connected.set()
    await customer.sees("非常满意")
    assert "人工客服已接入" not in "\n".join(seen.all_text for seen in customer.screen)


async def test_what_was_kept_for_him_from_before_is_said_with_the_answer_to_the_end(open_corp: Open) -> None:
    """The bot had answered, people had him: what it said does not take the rating's place."""
    corp = await open_corp()
    customer = corp.customer()
    people_have(customer)
    await customer.text("你好")
    await until_owner(corp, "agent")
    await corp.all_taken()
    await customer.ended()
    menu = await marks(customer)
    assert menu.all_text.startswith("bot：你好")


async def test_a_named_servicer_is_handed_him_directly_or_the_pool_when_he_takes_nobody(open_corp: Open) -> None:
    _, customer = await to_wecom(open_corp, servicer="servicer-1")
    assert (customer.session.state, customer.session.servicer) == (3, "servicer-1")


async def test_where_the_servicer_takes_nobody_he_waits_in_the_pool(open_corp: Open) -> None:
    _, customer = await to_wecom(open_corp, servicer="asleep")
    assert customer.session.state == 2


async def test_who_will_not_wait_says_so_and_is_the_bots_again(open_corp: Open) -> None:
    corp, customer = await to_wecom(open_corp)
    await customer.text("取消排队")
    await customer.sees("已退出排队")
    assert await owner(corp) == ("bot", None) and customer.session.state == 4
    await customer.text("身份证")
    await until_owner(corp, "bot")
    await customer.sees("bot：身份证", after=len(customer.screen) - 1)
    assert [(e.state, e.ended_as) for e in await episodes(corp)] == [("ended", "cancelled")]


async def test_one_who_cannot_be_handed_over_is_promised_an_answer(open_corp: Open) -> None:
    """His session ended in that very moment; nothing is tried for ever."""
    corp = await open_corp(agents="wecom")
    customer = corp.customer()
    corp.platform.faults.append(Fault(TRANS, errcode=95013, times=99))
    customer.session.state = 1
    await customer.text("转人工")
    [one] = await corp.until(lambda: ended(corp))
    assert one.ended_as == "ticket" and one.ticket_number and await owner(corp) == ("bot", None)


async def test_a_platform_that_is_ill_delays_a_hand_over_and_loses_it_not(open_corp: Open) -> None:
    corp = await open_corp(agents="wecom")
    customer = corp.customer()
    await greeted(customer)
    corp.platform.faults.append(Fault(TRANS, status=502, times=3))
    await customer.text("转人工")
    await in_state(customer, corp, 2)


async def test_a_hand_over_whose_gateway_was_killed_is_done_by_the_next(open_corp: Open) -> None:
    corp = await open_corp(agents="wecom")
    customer = corp.customer()
    corp.platform.faults.append(Fault(TRANS, status=502, times=10_000))
    customer.session.state = 1
    await customer.text("转人工")
    await until_owner(corp, "agent")
    await corp.gateways[0].dies()
    corp.platform.faults.clear()
    corp.starts(worker="gateway-0")
    await in_state(customer, corp, 2)


async def test_people_who_take_up_an_ended_session_have_the_talk_again(open_corp: Open) -> None:
    corp, customer = await to_wecom(open_corp)
    await customer.served_by()
    await customer.ended()
    await until_owner(corp, "closed")
    await customer.reopened()
    await until_owner(corp, "agent")
    await customer.text("好的")
    await corp.all_taken()
    assert "好的" not in corp.said()


async def test_an_end_that_was_never_told_is_noticed(open_corp: Open, numbers: dict[str, Any]) -> None:
    """A session there runs out after two days without a word; the bot listens again."""
    _, customer = await to_wecom(open_corp)
    await customer.served_by()
    await customer.sees("人工客服已接入")
    numbers["check_s"] = 0
    customer.session.state = 4
    await customer.text("我又来了")
    await customer.sees("bot：我又来了")


# — conflicts —


async def test_an_answer_for_a_session_that_people_took_is_kept_and_the_talk_is_theirs(open_corp: Open) -> None:
    corp = await open_corp()
    customer = corp.customer()
    await greeted(customer)
    people_have(customer)
    await customer.text("在吗")
    await until_owner(corp, "agent")
    await corp.all_taken()
    sent = corp.platform.calls[SEND]
    await customer.text("喂")
    await corp.all_taken()
    assert corp.platform.calls[SEND] - sent <= 3 and len(customer.screen) == 1, "it is not tried in a loop"
    assert "喂" not in corp.said()
    await customer.ended()
    await customer.text("还有事")
    await customer.sees("bot：在吗")
    await customer.sees("bot：还有事")


async def test_a_session_that_people_have_from_the_start_is_left_to_them(open_corp: Open) -> None:
    """The console hands new citizens to people at once: the assistant may not send, and does not try for ever."""
    corp = await open_corp()
    customer = corp.customer()
    people_have(customer)
    await customer.text("你好")
    await until_owner(corp, "agent")
    await corp.all_taken()
    assert corp.platform.calls[SEND] == 0 and customer.screen == []


@pytest.mark.parametrize("errcode", [95016, 95013])
async def test_a_new_session_that_cannot_be_taken_up_is_answered_all_the_same(open_corp: Open, errcode: int) -> None:
    corp = await open_corp()
    customer = corp.customer()
    corp.platform.faults.append(Fault(TRANS, errcode=errcode))
    await greeted(customer)
    assert corp.platform.faults[0].times == 0 and customer.session.state == 0
    await customer.text("在吗")
    await customer.sees("bot：在吗")
    assert customer.session.state == 1, "taken up when it could be"


async def test_an_answer_that_is_refused_for_no_reason_goes_out_by_itself(open_corp: Open) -> None:
    """The platform says that the session is ours and that we may not write into it; it passes."""
    corp = await open_corp()
    customer = corp.customer()
    corp.platform.faults.append(Fault(SEND, errcode=95018, times=3))
    await customer.text("你好")
    await customer.sees("bot：你好", seconds=PATIENT_S)
    assert len(customer.screen) == 1


@pytest.mark.parametrize("errcode", [95018, 95013])
async def test_a_session_that_moved_while_we_wrote_is_looked_up(open_corp: Open, errcode: int) -> None:
    corp = await open_corp()
    customer = corp.customer()
    await greeted(customer)
    corp.platform.faults.append(Fault(SEND, errcode=errcode))
    await customer.text("第二句")
    if errcode == 95013:  # it had ended: the answer waits for him
        await corp.until(lambda: _no_fault(corp))
        await customer.text("第三句")
    await customer.sees("bot：第二句")
    assert [seen.text for seen in customer.screen].count("bot：第二句") == 1


async def _no_fault(corp: Corp) -> bool:
    return not any(f.times for f in corp.platform.faults)


async def test_an_answer_that_was_on_its_way_does_not_land_on_top_of_people(open_corp: Open) -> None:
    """He asked the bot, and people took him before it had answered: the version of the talk has moved."""
    corp = await open_corp()
    customer = corp.customer()

    async def slow(turn: Turn, context: dict[str, Any]) -> EngineReply:
        await customer.served_by("servicer-1")
        await until_owner(corp, "agent")
        return EngineReply(outputs=[{"text": "late"}])

    corp.desk.engine.answer = slow
    await customer.text("你好")
    await until_owner(corp, "agent")
    await corp.all_taken()
    assert not any("late" in seen.text for seen in customer.screen)
