"""A signal is acknowledged, what is behind it is pulled; whatever is lost, doubled, late or killed, each message is taken in once."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from channels.wecom_kf import store
from tests.fakes.wechat import Fault
from tests.fakes.wechat.kf_phone import verification
from tests.fakes.wechat.tokens import expire
from tests.integration.channels.wecom_kf.conftest import Corp, Open

pytestmark = pytest.mark.timeout(600)
SYNC, SEND = "/cgi-bin/kf/sync_msg", "/cgi-bin/kf/send_msg"


async def test_the_address_is_proved_and_a_stranger_proves_nothing(open_corp: Open) -> None:
    corp = await open_corp()
    query = verification(corp.account, "1616140317555161061", wall=corp.platform.clock.wall())
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        assert (await client.get(corp.url, params=query)).text == "1616140317555161061"
        refused = await client.get(corp.url, params={**query, "msg_signature": "0" * 40})
    assert refused.status_code == 401 and refused.json()["error"]["code"] == "wechat.forged"


async def test_a_sentence_is_acknowledged_pulled_and_answered_by_the_assistant(open_corp: Open) -> None:
    corp = await open_corp()
    customer = corp.customer()
    push = await customer.text("身份证丢了怎么办")
    assert (push.tries, push.answer) == (1, "silent")
    assert (await customer.sees("bot：身份证丢了怎么办")).via == "custom"
    assert customer.session.state == 1, "a new session is taken up by the assistant"
    await customer.text("谢谢")
    await customer.sees("bot：谢谢")
    assert corp.platform.calls["/cgi-bin/kf/service_state/trans"] == 1, "and only once"


async def test_signals_that_come_several_times_or_whose_answer_is_lost_bring_one_message(open_corp: Open) -> None:
    corp = await open_corp()
    corp.platform.weather.copies, corp.platform.weather.lost_answers = 2, 2
    customer = corp.customer()
    await customer.text("你好")
    await customer.sees("bot：你好")
    await corp.all_taken()
    assert corp.said() == ["你好"] and len(customer.screen) == 1


async def test_pages_are_pulled_to_the_end_also_behind_an_empty_one(open_corp: Open) -> None:
    corp = await open_corp(kf_batch=2, start=False)
    customer = corp.customer()
    for n in range(7):
        customer.put_text(f"第{n}句。")
    corp.platform.rules.kf_hollow = 2
    corp.starts()
    await customer.signal()
    await corp.until(lambda: _has(corp, "第6句"))  # not everything is there: of seven answers two may fail, and no signal tells of that here
    said = "".join(corp.said())
    assert [said.count(f"第{n}句") for n in range(7)] == [1] * 7
    assert [said.index(f"第{n}句") for n in range(7)] == sorted(said.index(f"第{n}句") for n in range(7))


async def _has(corp: Corp, words: str) -> bool:
    return words in "".join(corp.said())


async def test_signals_that_overtake_each_other_change_nothing_of_the_order(open_corp: Open) -> None:
    corp = await open_corp()
    customers = [corp.customer() for _ in range(3)]
    corp.platform.weather.held = True
    pushes = [asyncio.create_task(who.text(f"{k}：第{n}句。")) for n in range(3) for k, who in enumerate(customers)]
    await asyncio.sleep(0.05)
    corp.platform.weather.held = False
    corp.platform.pusher.release(backwards=True)
    await asyncio.gather(*pushes)
    await corp.all_taken()
    said = "".join(corp.said())
    for k in range(3):
        places = [said.index(f"{k}：第{n}句") for n in range(3)]
        assert places == sorted(places) and all(said.count(f"{k}：第{n}句") == 1 for n in range(3))


async def test_what_no_signal_told_of_is_found_by_looking(open_corp: Open, numbers: dict[str, Any]) -> None:
    numbers["sweep_s"] = 0.3
    corp = await open_corp()
    customer = corp.customer()
    customer.put_text("没有人通知")
    await customer.sees("bot：没有人通知")


async def test_without_a_signal_the_platform_is_asked_seldom_and_a_signal_helps_at_once(open_corp: Open, numbers: dict[str, Any]) -> None:
    numbers["sweep_s"] = 0.1
    corp = await open_corp(kf_pulls_a_minute=1)
    customer = corp.customer()
    await corp.until(lambda: _refused(corp))
    asked = corp.platform.calls[SYNC]
    await asyncio.sleep(1)
    assert corp.platform.calls[SYNC] == asked, "after a refusal nothing is asked for a minute"
    await customer.text("你好")
    await customer.sees("bot：你好")


async def _refused(corp: Corp) -> bool:
    return corp.platform.refused[45009] > 0


async def test_a_signal_that_comes_too_late_is_as_good_as_none_and_no_error(open_corp: Open, numbers: dict[str, Any]) -> None:
    numbers["sweep_s"] = 0.1
    corp = await open_corp()
    customer = corp.customer()
    corp.platform.weather.held = True
    late = asyncio.create_task(customer.text("你好"))
    await asyncio.sleep(0.05)
    corp.platform.clock.advance(601)  # the signal's token is good for ten minutes
    corp.platform.weather.held = False
    with capture_logs() as logs:
        corp.platform.pusher.release()
        await late
        await customer.sees("bot：你好")
        asked = corp.platform.calls[SYNC]
        await corp.until(lambda: _asked(corp, asked + 3))
    assert corp.platform.refused[95007] == 1, "its token is not tried again"
    assert not [line for line in logs if line["log_level"] in ("warning", "error")], logs


async def _asked(corp: Corp, times: int) -> bool:
    return corp.platform.calls[SYNC] >= times


@pytest.mark.parametrize("errcode", [42001, 40014])
async def test_an_access_token_that_ran_out_is_renewed_and_nothing_is_lost(open_corp: Open, errcode: int) -> None:
    corp = await open_corp()
    customer = corp.customer()
    await customer.text("第一句")
    await customer.sees("bot：第一句")
    if errcode == 42001:
        corp.platform.clock.advance(7300)
    else:
        expire(corp.account)
    await customer.text("第二句")
    await customer.sees("bot：第二句")
    assert corp.said() == ["第一句", "第二句"]


async def test_a_platform_that_is_ill_is_asked_again(open_corp: Open) -> None:
    corp = await open_corp()
    corp.platform.faults += [Fault(SYNC, status=502, times=2), Fault(SYNC, errcode=-1, times=4)]
    customer = corp.customer()
    await customer.text("你好")
    await customer.sees("bot：你好")
    assert corp.said() == ["你好"]


async def test_what_was_said_long_before_we_came_is_not_answered(open_corp: Open) -> None:
    corp = await open_corp(start=False)
    customer = corp.customer()
    customer.put_text("上个星期的事")["send_time"] -= 86400
    corp.starts()
    await customer.text("今天的事")
    await customer.sees("bot：今天的事")
    assert corp.said() == ["今天的事"]


# — gateways that are killed —


class Killed(BaseException):
    """The process is gone: nothing after this line happened."""


async def test_a_gateway_killed_between_pulling_and_storing_loses_and_doubles_nothing(open_corp: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    corp = await open_corp(start=False)
    customer, real, deaths = corp.customer(), store.add_items, []

    async def add_items(conn: Any, rows: Any) -> Any:
        found = await real(conn, rows)
        if rows and not deaths:
            deaths.append(len(rows))
            raise Killed
        return found

    monkeypatch.setattr(store, "add_items", add_items)
    first = corp.starts(worker="gateway-1")
    customer.put_text("第一句")
    customer.put_text("第二句")
    await customer.signal()
    await corp.until(lambda: _truth(deaths))
    await first.dies()
    assert await corp.cursor() == "" and await corp.waiting() == 0, "neither the page nor its cursor"
    corp.starts(worker="gateway-1")
    await corp.all_taken()
    assert "".join(corp.said()).count("第一句") == 1 and "".join(corp.said()).count("第二句") == 1


async def _truth(found: list[Any]) -> bool:
    return bool(found)


async def test_a_gateway_killed_between_storing_and_taking_in_leaves_it_to_the_next(open_corp: Open) -> None:
    corp = await open_corp(start=False)
    customer = corp.customer()
    first = corp.starts(worker="gateway-1")
    working = first.channel._working

    async def nobody(most: int) -> list[Any]:
        return []

    working._serving.due = nobody  # type: ignore[method-assign]
    await customer.text("你好")
    await corp.until(corp.waiting)
    await first.dies()
    assert corp.said() == []
    corp.starts(worker="gateway-1")
    await customer.sees("bot：你好")
    await corp.all_taken()
    assert corp.said() == ["你好"]


async def test_a_gateway_killed_before_it_noted_what_it_took_in_takes_it_in_once(open_corp: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    corp = await open_corp(start=False)
    customer, real, deaths = corp.customer(), store.done, []

    async def done(conn: Any, number: int) -> None:
        if not deaths:
            deaths.append(number)
            raise Killed
        await real(conn, number)

    monkeypatch.setattr(store, "done", done)
    first = corp.starts(worker="gateway-1")
    await customer.text("你好")
    await corp.until(lambda: _truth(deaths))
    await first.dies()
    corp.starts(worker="gateway-1")
    await customer.sees("bot：你好")
    await corp.all_taken()
    assert corp.said() == ["你好"]


async def test_several_gateways_take_each_message_in_once(open_corp: Open) -> None:
    corp = await open_corp(kf_batch=3)
    corp.starts(worker="gateway-1")
    corp.starts(worker="gateway-2")
    customers = [corp.customer() for _ in range(4)]
    await asyncio.gather(*(who.text(f"{k}的第{n}句。") for n in range(3) for k, who in enumerate(customers)))
    await corp.all_taken()
    said = "".join(corp.said())
    assert all(said.count(f"{k}的第{n}句") == 1 for n in range(3) for k in range(4))


async def test_a_gateway_that_was_overtaken_keeps_nothing_of_its_page(open_corp: Open) -> None:
    corp = await open_corp()
    customer = corp.customer()
    await customer.text("第一句")
    await corp.all_taken()
    pulling = corp.gateways[0].channel._working._pulling
    async with corp.desk.database.begin() as conn:
        stale = await store.account_of(conn, customer.desk.open_kfid)
        await store.change_account(conn, customer.desk.open_kfid, busy_by="gateway-9")
    customer.put_text("第二句")
    assert await pulling.pull(stale) == 0, "the lease is another's"
    async with corp.desk.database.begin() as conn:
        await store.change_account(conn, customer.desk.open_kfid, busy_by=None, next_at=corp.desk.clock.now())
    await customer.signal()
    await corp.all_taken()
    assert "".join(corp.said()) == "第一句第二句"
