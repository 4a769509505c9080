"""From a card to a page of ours: as himself, and nobody else's talk is ever opened."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from services.messages.model import Form
from services.messages.rendering import with_text
from tests.fakes.messages import EVERY
from tests.fakes.wechat import Phone, Seen
from tests.fakes.wechat.subscribing import login_code
from tests.integration.channels.wechat.conftest import Line, Open

PUBLIC = "https://bangban.example"


class Browser:
    """The browser inside WeChat: it knows who holds the phone and brings his code back."""

    def __init__(self, line: Line):
        self.line, self.http = line, httpx.AsyncClient(trust_env=False)

    async def opens(self, url: str) -> httpx.Response:
        own = url.replace(PUBLIC, self.line.url.split("/channels")[0])
        cookies = {k: v for k, v in self.http.cookies.items()}
        return await self.http.get(own, headers={"Cookie": "; ".join(f"{k}={v}" for k, v in cookies.items())} if cookies else {})

    async def comes_back(self, sent: httpx.Response, phone: Phone) -> httpx.Response:
        to = urlsplit(sent.headers["location"])
        asked = dict(parse_qsl(to.query))
        assert (to.netloc, asked["scope"], asked["appid"]) == ("open.weixin.qq.com", "snsapi_base", self.line.account.app_id)
        return await self.opens(f"{asked['redirect_uri']}&code={login_code(self.line.account, phone.openid)}&state={asked['state']}")


def session_in(page: httpx.Response) -> dict[str, Any]:
    found = re.search(r"setItem\('bangban.session', (\".*\")\)", page.text)
    assert found, page.text
    return json.loads(json.loads(found[1]))


@pytest.fixture
async def line(open_line: Open) -> Line:
    return await open_line()


async def carded(line: Line, phone: Phone) -> Seen:
    """He has been sent the card of a form."""
    await phone.text("帮我填表")
    await phone.sees("echo")
    conversation_id = line.engine.calls[-1][0].conversation.id
    form = Form(form_id="fm_1", guide_id="g", state="draft", url="/#/form/fm_1", fields=[], missing=[], title="申请表")
    await line.conversations.post(conversation_id=conversation_id, messages=[with_text(form)])
    return await phone.until(lambda seen: seen.kind == "news")


async def test_a_card_opens_its_page_in_his_own_talk(line: Line) -> None:
    phone, browser = line.phone(), Browser(line)
    card = await carded(line, phone)
    sent = await browser.opens(card.url)
    assert sent.status_code == 302 and "httponly" in sent.headers["set-cookie"].lower() and "secure" in sent.headers["set-cookie"].lower()
    page = await browser.comes_back(sent, phone)
    kept = session_in(page)
    session = await line.conversations.sessions.of(kept["token"])
    assert session.conversation_id == line.engine.calls[-1][0].conversation.id and '"/#/form/fm_1"' in page.text
    assert "script-src 'nonce-" in page.headers["content-security-policy"] and page.headers["cache-control"] == "no-store"


async def test_a_forwarded_card_shows_its_new_reader_nothing_of_the_first(line: Line) -> None:
    first, second, browser = line.phone(), line.phone(), Browser(line)
    card = await carded(line, first)
    page = await browser.comes_back(await browser.opens(card.url), second)
    assert "回到公众号" in page.text and "bangban.session" not in page.text
    browser.http.headers["Accept-Language"] = "zh-HK,zh;q=0.9"
    page = await browser.comes_back(await browser.opens(card.url), second)
    assert "回到公眾號" in page.text and 'lang="zh-Hant-HK"' in page.text
    await second.text("你好")
    await second.sees("echo 你好")
    page = await browser.comes_back(await browser.opens(card.url), second)
    session = await line.conversations.sessions.of(session_in(page)["token"])
    assert session.conversation_id == line.engine.calls[-1][0].conversation.id != line.engine.calls[0][0].conversation.id


async def test_a_guides_card_opens_the_guide_for_whoever_was_sent_it(line: Line) -> None:
    first, second, browser = line.phone(), line.phone(), Browser(line)
    await first.text("身份证丢了")
    await first.sees("echo")
    await line.conversations.post(conversation_id=line.engine.calls[-1][0].conversation.id, messages=[EVERY["guide"]])
    card = await first.until(lambda seen: seen.kind == "news")
    page = await browser.comes_back(await browser.opens(card.url), second)
    assert (page.status_code, page.headers["location"]) == (302, f"{PUBLIC}/#/guide/id-card-reissue") and "bangban.session" not in page.text
    assert session_in(await browser.comes_back(await browser.opens(card.url), first))["token"]


async def test_while_the_account_is_stopped_nobody_enters_as_himself(line: Line) -> None:
    phone, browser = line.phone(), Browser(line)
    card = await carded(line, phone)
    sent = await browser.opens(card.url)
    await line.deliveries.stops.stop(channel="wechat_oa", by="st_admin")
    page = await browser.comes_back(sent, phone)
    assert page.status_code == 200 and "回到公众号" in page.text and "bangban.session" not in page.text
    assert (await browser.opens(card.url)).status_code == 200, "nor is he sent to the platform for a code"
    await line.deliveries.stops.start(channel="wechat_oa", by="st_admin")
    assert session_in(await browser.comes_back(await browser.opens(card.url), phone))["token"]


async def test_only_the_browser_that_began_may_finish(line: Line) -> None:
    phone = line.phone()
    card = await carded(line, phone)
    began, other = Browser(line), Browser(line)
    sent = await began.opens(card.url)
    assert "bangban.session" not in (await other.comes_back(sent, phone)).text
    asked = dict(parse_qsl(urlsplit(sent.headers["location"]).query))
    for bad in ("&code=guessed&state=" + asked["state"], "&code=x&state=", "&code=x&state=" + "0" * 32):
        assert "bangban.session" not in (await began.opens(asked["redirect_uri"] + bad)).text
    cookie = b"bangban_enter=\xff\xfe"  # no cookie of ours
    async with httpx.AsyncClient(trust_env=False) as http:
        own = asked["redirect_uri"].replace(PUBLIC, line.url.split("/channels")[0])
        assert "回到公众号" in (await http.get(f"{own}&code=x&state=y", headers={"Cookie": cookie})).text


@pytest.mark.parametrize(
    "page", ["//evil.example", "https://evil.example", "/#/form/<script>", "/api/chat", "javascript:alert(1)", '/#/"+alert(1)+"', "/#/a\n"]
)
async def test_it_leads_to_our_pages_and_nowhere_else(line: Line, page: str) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        address = line.url.replace("callback", "enter")
        assert (await http.get(address, params={"account": line.account.original_id, "page": page})).status_code == 422
        assert (await http.get(address, params={"account": "a b", "page": "/"})).status_code == 422


async def test_an_account_that_is_not_verified_has_no_such_door(open_line: Open) -> None:
    line = await open_line(verified=False)
    async with httpx.AsyncClient(trust_env=False) as http:
        assert (await http.get(line.url.replace("callback", "enter"), params={"account": "gh_1", "page": "/"})).status_code == 404
