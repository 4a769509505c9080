"""The demo's platform and page, without the product behind them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from bangban.demo.wechat.catalogue import heard, recording, words
from bangban.demo.wechat.chats import Chat
from bangban.demo.wechat.deeds import Change, Deed
from bangban.demo.wechat.demo import Demo
from bangban.demo.wechat.screen import pieces
from bangban.demo.wechat.server import listening, page_app, platform_app
from bangban.stores.ports import free_port
from tests.fakes.wechat import Seen
from tests.fakes.wechat.tokens import fresh

SEND = "/cgi-bin/message/custom/send"


@pytest.fixture
async def demo() -> AsyncIterator[Demo]:
    made = Demo(public_url="http://127.0.0.1:1")  # nobody is there
    made.platform.rules.pushes = 1
    yield made
    await made.close()


@pytest.fixture
async def page(demo: Demo) -> AsyncIterator[httpx.AsyncClient]:
    port = free_port()
    async with (
        listening(page_app(demo, hosts={"127.0.0.1"}), host="127.0.0.1", port=port),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as http,
    ):
        yield http


def test_the_cards_of_a_linked_account_may_open_the_mini_program_and_no_others() -> None:
    for linked in (True, False):
        accounts = Demo(public_url="http://127.0.0.1:1", linked=linked).accounts
        assert accounts.verified.linked == ({accounts.mini.app_id} if linked else set()) and accounts.passive.linked == set()


async def until(fits: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not fits():
            await asyncio.sleep(0.02)


def verified(demo: Demo) -> Chat:
    return demo.talks["wechat_oa"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("只有话", [{"text": "只有话"}]),
        ("看https://a.example/x?y=1。好", [{"text": "看"}, {"text": "https://a.example/x?y=1", "url": "https://a.example/x?y=1"}, {"text": "。好"}]),
        ('<a href="http://a.example/">这里</a>', [{"text": "这里", "url": "http://a.example/"}]),
        ('<a href="javascript:alert(1)">坏</a><img src=x>', [{"text": "坏"}, {"text": "<img src=x>"}]),
        ('<a href="weixin://bizmsgmenu?msgmenucontent=继续&msgmenuid=7">接着看</a>', [{"text": "继续", "id": "7", "label": "接着看"}]),
    ],
)
def test_a_text_is_words_links_and_entries_and_nothing_else(text: str, expected: list[dict[str, str]]) -> None:
    assert pieces(text) == expected


def test_each_recording_is_heard_as_its_own_words_unless_it_is_unclear() -> None:
    for number, entry in enumerate(words()["recordings"]):
        assert recording(number).startswith(b"#!AMR\n")
        assert heard(recording(number)) == (entry["words"] if entry["clear"] else None)
    assert heard(b"#!AMR\n") is None


async def test_no_key_and_no_token_is_shown(demo: Demo, page: httpx.AsyncClient) -> None:
    accounts = demo.accounts
    kept = [fresh(demo.platform, a).value for a in accounts.all().values()]
    kept += [secret for a in accounts.all().values() for secret in (a.secret, a.token, a.aes_key, a.app_id)] + [
        accounts.speech_token,
        demo.inbox.gateway.secret,
    ]
    verified(demo).phone.show(Seen("custom", "text", "在的"))
    told = (await page.get("/api/state")).text + (await page.get("/api/words")).text + (await page.get("/")).text
    assert "在的" in told and [secret for secret in kept if secret in told] == []


async def test_what_he_does_and_what_he_is_sent_stand_in_order(demo: Demo) -> None:
    chat = verified(demo)
    chat.do(Deed(do="text", text="我身份证丢了"))
    chat.phone.show(Seen("custom", "msgmenu", "是哪一项？", choices=[("7.0", "丢失补领")]))
    chat.do(Deed(do="tap", id="7.0", text="丢失补领"))
    chat.phone.show(Seen("custom", "text", "好的"))
    said = [(m["side"], m.get("text")) for m in chat.view()["messages"]]
    assert said == [("out", "我身份证丢了"), ("in", "是哪一项？"), ("out", "丢失补领"), ("in", "好的")]
    await until(lambda: all(own.done for own in chat.own))
    assert chat.view()["messages"][0]["answer"] == "none"  # the product is not there
    chat.anew()
    assert chat.view()["messages"] == [] and not chat.view()["opened"]


async def test_a_deed_that_a_client_cannot_do_is_refused(page: httpx.AsyncClient) -> None:
    for key, deed in (("miniprogram", {"do": "voice"}), ("wecom_kf", {"do": "click", "id": "x"}), ("wechat_oa", {"do": "voice", "number": 99})):
        assert (await page.post(f"/api/chats/{key}/deeds", json=deed, headers={"X-Demo": "1"})).status_code == 400
    assert (await page.post("/api/chats/wechat_oa/deeds", json={"do": "steal"}, headers={"X-Demo": "1"})).status_code == 400
    assert (await page.post("/api/chats/nobody/deeds", json={"do": "text", "text": "x"}, headers={"X-Demo": "1"})).status_code == 404


async def test_another_site_cannot_play_along(demo: Demo, page: httpx.AsyncClient) -> None:
    assert (await page.get("/", headers={"Host": "evil.example"})).status_code == 403
    assert (await page.post("/api/chats/wechat_oa/deeds", json={"do": "text", "text": "x"})).status_code == 403
    assert verified(demo).own == []


async def test_wechat_returns_a_code_only_to_the_product(demo: Demo, page: httpx.AsyncClient) -> None:
    query = {"appid": demo.accounts.verified.app_id, "state": "s"}
    back = await page.get("/connect/oauth2/authorize", params={**query, "redirect_uri": f"{demo.public_url}/channels/wechat_oa/enter?page=/"})
    code = httpx.URL(back.headers["location"]).params["code"]
    assert demo.accounts.verified.codes[code][0] == verified(demo).phone.openid
    assert (await page.get("/connect/oauth2/authorize", params={**query, "redirect_uri": "http://evil.example/"})).status_code == 404
    assert (await page.get("/connect/oauth2/authorize", params={**query, "redirect_uri": f"{demo.public_url}.evil.example/"})).status_code == 404


async def test_the_recogniser_wants_its_token(demo: Demo) -> None:
    port = free_port()
    async with listening(platform_app(demo), host="127.0.0.1", port=port), httpx.AsyncClient(trust_env=False, timeout=60) as http:
        url = f"http://127.0.0.1:{port}/speech"
        own = {"Authorization": f"Bearer {demo.accounts.speech_token}"}
        assert (await http.post(url, content=recording(0), headers={"Authorization": "Bearer x"})).status_code == 403
        assert (await http.post(url, content=recording(0), headers=own)).json() == {"text": words()["recordings"][0]["words"]}
        assert (await http.post(url, content=b"noise", headers=own)).status_code == 422


async def test_the_weather_is_the_platforms(demo: Demo) -> None:
    platform, chat = demo.platform, verified(demo)
    for change in (Change(do="copies", number=1), Change(do="slow", number=3), Change(do="fail", number=-1)):
        demo.skies.change(change)
    assert platform.weather.copies == 1
    faults = [f for f in platform.faults if f.path == SEND]
    assert (faults[0].errcode, faults[1].delay_s) == (-1, 3)  # what fails once comes before what is always slow
    chat.do(Deed(do="text", text="在吗"))
    await until(lambda: bool(chat.view()["grants"]))
    assert chat.view()["grants"][0]["left"] == 5
    demo.skies.change(Change(do="spend"))
    assert chat.view()["grants"][0]["left"] == 0
    demo.skies.change(Change(do="advance", number=48 * 3600 + 60))
    assert chat.view()["grants"] == []
    demo.skies.change(Change(do="calm"))
    assert (platform.weather.copies, platform.faults, demo.skies.view()["slow"]) == (0, [], 0.0)
    await until(lambda: all(own.done for own in chat.own))


async def test_the_page_hears_of_news_at_once_and_waits_without(demo: Demo, page: httpx.AsyncClient) -> None:
    first = (await page.get("/api/state")).json()
    waiting = asyncio.create_task(page.get("/api/state", params={"seen": first["version"]}))
    await asyncio.sleep(0.5)
    assert not waiting.done()
    verified(demo).phone.show(Seen("custom", "text", "来了"))
    found = (await waiting).json()
    assert found["version"] != first["version"] and "来了" in json.dumps(found["state"], ensure_ascii=False)
