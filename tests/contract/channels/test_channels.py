"""What every channel keeps: genuine calls are stored once and answered in order, forged ones do nothing, nothing is lost. A new channel is
one line in ``HARNESSES``. On real PostgreSQL."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.base import Finding
from channels.splitting import Limit
from common.database import Database
from common.ids import new_id
from common.vault import Vault
from services.conversations.model import EngineReply, Turn
from services.conversations.tables import message, turn
from services.deliveries import metrics
from services.deliveries.errors import Gone, QuotaUsed, Refused, SendFailed, TryLater, WindowClosed
from services.deliveries.model import Place, TextPart
from services.deliveries.tables import address
from services.messages.model import Choice, Choices, Text
from services.messages.rendering import with_text
from tests.contract.channels.board import BoardHarness
from tests.contract.channels.harness import Bench, Call
from tests.contract.channels.miniprogram import MiniprogramHarness
from tests.contract.channels.webhook import WebhookHarness
from tests.contract.channels.wechat_oa import OfficialAccountHarness
from tests.contract.channels.wecom_kf import WecomHarness
from tests.fakes.messages import EVERY
from tests.fakes.post import MovableClock, Post

HARNESSES = {
    "board": BoardHarness,
    "miniprogram": MiniprogramHarness,
    "webhook": WebhookHarness,
    "wechat_oa": OfficialAccountHarness,
    "wecom_kf": WecomHarness,
}


@pytest.fixture(params=sorted(HARNESSES))
async def bench(request: pytest.FixtureRequest, database: Database, vault: Vault) -> AsyncIterator[Bench]:
    post = Post(database, vault, MovableClock())
    async with Bench(HARNESSES[request.param](), request.param, post).running() as running:
        yield running
    await post.close()


async def stored(bench: Bench) -> list[int]:
    """How many places, turns and messages there are."""
    async with bench.post.database.begin() as conn:
        return [await conn.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in (address, turn, message)]


async def conversation(bench: Bench) -> str:
    async with bench.post.database.begin() as conn:
        return (await conn.execute(sa.select(address.c.conversation_id))).scalar_one()


async def test_what_a_citizen_writes_is_acknowledged_and_answered(bench: Bench) -> None:
    await bench.writes("你好")
    await bench.until("echo 你好")


async def test_the_same_message_three_times_is_one(bench: Bench) -> None:
    await asyncio.gather(*(bench.writes("你好", message_id="same") for _ in range(3)))
    await bench.until("echo 你好")
    await bench.writes("你好", message_id="same")
    await bench.quiet()
    assert await stored(bench) == [1, 1, 2]
    await bench.until("echo 你好")


async def test_the_acknowledgement_does_not_wait_for_the_answer(bench: Bench) -> None:
    bench.post.engine.gate = asyncio.Event()
    async with asyncio.timeout(60):
        await bench.writes("你好")
    assert bench.texts() == []
    bench.post.engine.gate.set()
    await bench.until("echo 你好")


async def test_three_messages_written_quickly_are_answered_in_order(bench: Bench) -> None:
    for words in ("一", "二", "三"):
        await bench.writes(words)
    async with asyncio.timeout(60):
        while not {"一", "二", "三"} <= set("".join(bench.texts())):
            await asyncio.sleep(0.03)
    whole = "".join(bench.texts())
    assert [whole.count(w) for w in "一二三"] == [1, 1, 1] and whole.index("一") < whole.index("二") < whole.index("三")


async def test_citizens_do_not_get_each_others_answers(bench: Bench) -> None:
    people = [f"citizen{k}" for k in range(5)]
    await asyncio.gather(*(bench.writes(f"我是{who}", user=who) for who in people))
    for who in people:
        await bench.until(f"我是{who}", user=who)
        assert len(bench.texts(who)) == 1


async def test_an_agents_words_reach_the_citizen(bench: Bench) -> None:
    await bench.writes("你好")
    await bench.until("echo 你好")
    await bench.post.conversations.post(conversation_id=await conversation(bench), messages=[Text(sender="agent", text="我是小王")])
    await bench.until("echo 你好", "我是小王")


async def test_forged_old_malformed_and_oversized_calls_have_no_effect(bench: Bench) -> None:
    forgeries = bench.harness.forgeries(user="anna")
    assert {"wrong signature", "old", "malformed", "oversized"} <= set(forgeries)
    for what, call in forgeries.items():
        answer = await bench.call(call)
        assert 400 <= answer.status_code < 500 and answer.json()["error"]["message"], f"{what}: {answer.status_code} {answer.text[:200]}"
    assert await stored(bench) == [0, 0, 0]
    await bench.quiet()
    assert bench.texts() == []


async def test_whatever_bytes_come_nothing_breaks_and_nothing_is_stored(bench: Bench) -> None:
    genuine = bench.harness.writes(user="anna", text="你好", message_id="m")
    loop = asyncio.get_running_loop()

    async def refused(call: Call) -> None:
        answer = await bench.call(call)
        assert 400 <= answer.status_code < 500, f"{answer.status_code} {answer.text[:200]}"

    def wait_for(call: Call) -> None:
        asyncio.run_coroutine_threadsafe(refused(call), loop).result(20)

    visible = st.characters(min_codepoint=33, max_codepoint=255, exclude_categories=["Cc", "Zs"])
    header = st.text(visible, max_size=80).map(lambda text: text.encode("latin-1"))

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(body=st.binary(max_size=300), headers=st.fixed_dictionaries({name: header for name in genuine.headers}))
    def fuzz(body: bytes, headers: dict[str, bytes]) -> None:
        wait_for(Call(genuine.path, body, headers, genuine.params))
        wait_for(Call(genuine.path, genuine.content + body + b"x", genuine.headers, genuine.params) if body else Call(genuine.path, body, {}, {}))

    await asyncio.to_thread(fuzz)
    assert await stored(bench) == [0, 0, 0]


async def test_a_wrong_method_and_an_empty_call_are_told_in_plain_words(bench: Bench) -> None:
    path = bench.harness.writes(user="anna", text="你好", message_id="m").path
    for method, status in (("PUT", 405), ("DELETE", 405), ("POST", None)):
        answer = await bench.call(Call(path, method=method))
        assert answer.status_code == (status or answer.status_code) and 400 <= answer.status_code < 500 and answer.json()["error"]["message"]
    assert await stored(bench) == [0, 0, 0]


async def test_a_character_that_no_database_takes_is_no_part_of_what_is_said(bench: Bench) -> None:
    answer = await bench.call(bench.harness.writes(user="anna", text="你\0好", message_id="m"))
    if bench.harness.acknowledged(answer):
        await bench.until("echo 你好")
    else:  # where it cannot be written at all, as in XML
        assert 400 <= answer.status_code < 500
    await bench.writes("还在吗")
    await bench.until("echo 还在吗")


async def offer(turn: Turn, _: object) -> EngineReply:
    """The bot offers two ways, and echoes what is tapped."""
    if turn.kind == "payload":
        return EngineReply(outputs=[{"text": f"tapped {turn.original}"}])
    choices = [Choice(label="第一次办", payload='/ask_aspect{"aspect": "fee"}'), Choice(label="丢了补办", payload='/ask_aspect{"aspect": "time"}')]
    shown = with_text(Choices(prompt="您要办哪一种？", choices=choices))
    return EngineReply(outputs=[{"custom": shown.model_dump(mode="json", exclude={"seq", "id", "created_at"})}])


async def test_what_is_offered_can_be_tapped_or_said_by_its_number(bench: Bench) -> None:
    bench.post.engine.answer = offer
    await bench.writes("办身份证")
    await bench.until("您要办哪一种？")
    await bench.quiet()
    shown = bench.harness.shown("anna")[-1]
    assert [e.label for e in shown.entries] == ["第一次办", "丢了补办"] or "2. 丢了补办" in shown.text
    if shown.entries and (call := bench.harness.taps(user="anna", entry=shown.entries[1], message_id=new_id("m"))):
        assert bench.harness.acknowledged(await bench.call(call))
        await bench.until('tapped /ask_aspect{"aspect": "time"}')
    else:
        await bench.writes("2")
        await bench.until('tapped /ask_aspect{"aspect": "time"}')


async def test_a_number_means_what_he_was_shown_under_it(bench: Bench) -> None:
    bench.post.engine.answer = offer
    await bench.writes("办身份证")
    await bench.until("您要办哪一种？")
    await bench.quiet()  # it is noted what the numbers stand for once the platform has taken them
    await bench.writes("１")
    await bench.until('tapped /ask_aspect{"aspect": "fee"}')
    async with bench.post.database.begin() as conn:
        assert (await conn.execute(sa.select(turn.c.kind).order_by(turn.c.seq))).scalars().all() == ["text", "payload"]


def refused(bench: Bench) -> float:
    """Parts that the platform did not take in any form, by the product's own count."""
    samples = [s for found in metrics.FAILED.collect() for s in found.samples if s.name.endswith("_total")]
    return sum(s.value for s in samples if s.labels["channel"] == bench.channel.name and s.labels["failure"] == "Refused")


async def test_every_kind_of_message_is_taken_by_the_platform(bench: Bench) -> None:
    before = refused(bench)
    for number, name in enumerate(("guide_nearby", "materials", "form", "slots_many", "visit_held", "case", "handoff", "rating")):
        await bench.writes(f"第{number}句")
        await bench.until(f"echo 第{number}句")
        seen = len(bench.texts())
        await bench.post.conversations.post(conversation_id=await conversation(bench), messages=[EVERY[name]])
        await bench.quiet()
        for _ in range(4):
            if not any((await bench.post.deliveries.owed()).values()):
                break
            await bench.writes("继续")  # more than the quota: he asks for the rest
            await bench.quiet()
        assert len(bench.texts()) > seen and not any((await bench.post.deliveries.owed()).values()), name
    assert refused(bench) == before


LONG = "".join(f"第{k}条：请带上身份证原件和复印件，到就近的办事大厅排队取号。\n" for k in range(60))


async def test_a_long_text_comes_whole_in_pieces_that_the_platform_takes(bench: Bench) -> None:
    can = bench.channel.capabilities(bench.harness.account)
    await bench.writes("你好")
    await bench.until("echo 你好")
    await bench.post.conversations.post(conversation_id=await conversation(bench), messages=[Text(text=LONG)])
    for _ in range(12):
        await bench.quiet()
        if "第59条" in "".join(bench.texts()):
            break
        await bench.writes("继续")  # more than the quota: he asks for the rest
    limit = Limit(can.text_bytes, can.text_chars)
    assert all(limit.fits(t) for t in bench.texts()), [len(t) for t in bench.texts()]
    whole = "".join(bench.texts())
    assert all(whole.count(f"第{k}条：") == 1 for k in range(60)), "every line once"
    assert [whole.index(f"第{k}条：") for k in range(60)] == sorted(whole.index(f"第{k}条：") for k in range(60))


async def test_no_more_is_sent_than_one_message_allows(bench: Bench) -> None:
    allowance = bench.channel.capabilities(bench.harness.account).allowance
    if allowance.count is None:
        pytest.skip("this platform does not count")
    await bench.writes("你好")
    await bench.until("echo 你好")
    cid = await conversation(bench)
    for k in range(allowance.count + 3):
        await bench.post.conversations.post(conversation_id=cid, messages=[Text(text=f"通知{k}。")])
        await asyncio.sleep(0.1)
    await bench.quiet()
    assert len(bench.texts()) <= allowance.count
    await bench.writes("收到")
    await bench.until(*(f"通知{k}。" for k in range(allowance.count + 3)))


async def test_after_the_window_nothing_is_tried_and_it_comes_when_he_writes(bench: Bench) -> None:
    allowance = bench.channel.capabilities(bench.harness.account).allowance
    if allowance.window is None:
        pytest.skip("this platform has no window")
    await bench.writes("你好")
    await bench.until("echo 你好")
    await bench.quiet()  # else the leap ends a lease that is held
    bench.post.clock.ahead += allowance.window + timedelta(minutes=1)
    await bench.post.conversations.post(conversation_id=await conversation(bench), messages=[Text(text="您的证办好了")])
    await bench.quiet()
    await bench.until("echo 你好")
    bench.post.clock.ahead = timedelta()
    await bench.writes("我来了")
    await bench.until("echo 你好", "您的证办好了", "echo 我来了")


@pytest.mark.parametrize("failure", [WindowClosed, QuotaUsed, Gone])
async def test_what_the_platform_will_not_take_now_is_kept_until_he_is_heard_of(bench: Bench, failure: type[SendFailed]) -> None:
    if not bench.harness.fail(failure):
        pytest.skip("this platform says no such thing")
    await bench.writes("你好")
    await bench.quiet()
    assert bench.texts() == []
    await bench.writes("在吗")
    await bench.until("echo 你好", "echo 在吗")


async def test_what_passes_is_tried_again(bench: Bench) -> None:
    assert bench.harness.fail(TryLater)
    await bench.writes("你好")
    await bench.until("echo 你好")


async def test_what_is_never_taken_does_not_hold_up_the_rest(bench: Bench) -> None:
    if not bench.harness.fail(Refused):
        pytest.skip("this platform says no such thing")
    await bench.writes("你好")
    await bench.quiet()
    await bench.writes("下一句")
    await bench.until("echo 下一句")


async def test_a_platform_that_is_away_is_a_passing_thing(bench: Bench) -> None:
    await bench.harness.close()
    with pytest.raises(TryLater):
        place = Place(bench.channel.name, bench.harness.account, "anna")
        await bench.channel.send(place=place, part=TextPart(text="你好", key="k" * 32))
    assert not all(f.ok for f in await bench.channel.check())


async def test_the_check_finds_all_well_and_prints_no_secret(bench: Bench) -> None:
    found: list[Finding] = await bench.channel.check()
    assert found and all(f.ok for f in found), found
    assert not [s for s in bench.harness.secrets if any(s in f"{f.what} {f.detail}" for f in found)]
    assert bench.channel.state() in ("ok", "starting", "down")


async def test_no_address_no_words_and_no_secret_are_logged(
    bench: Bench, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        bench.harness.fail(TryLater)
        await bench.writes("我的秘密", user="openidOfAnna")
        await bench.until("我的秘密", user="openidOfAnna")
        for call in bench.harness.forgeries(user="openidOfAnna").values():
            await bench.call(call)
    out = capsys.readouterr()
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith(("httpx", "httpcore", "sqlalchemy", "hypothesis"))]
    for written in ("\n".join(ours), out.out, out.err):
        assert not [s for s in ("openidOfAnna", "我的秘密", *bench.harness.secrets) if s in written]


async def test_a_stopped_channel_takes_nothing_in_and_keeps_answers(bench: Bench) -> None:
    bench.post.engine.gate = asyncio.Event()
    await bench.writes("你好")
    await bench.post.deliveries.stops.stop(channel=bench.channel.name, by="st_admin")
    answer = await bench.call(bench.harness.writes(user="anna", text="停了吗", message_id=new_id("m")))
    if hasattr(bench.channel, "paused"):
        assert answer.status_code == 200 and answer.content not in (b"", b"success"), "he is told"
    else:
        assert answer.status_code == 503 and answer.json()["error"]["code"] == "channel.stopped"
    bench.post.engine.gate.set()
    await bench.quiet()
    assert bench.texts() == [] and "停了吗" not in [turn.masked for turn, _ in bench.post.engine.calls]
    await bench.post.deliveries.stops.start(channel=bench.channel.name, by="st_admin")
    await bench.until("echo 你好")
