"""The fake platform keeps the platform's rules; what is tested against it is worth no more than that."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.fakes.wechat import Account, Desk, KfPhone, Phone, Platform, PlatformClock, Weather
from tests.fakes.wechat.pushing import signed
from tests.fakes.wechat.sending import grant
from tests.fakes.wechat.subscribing import login_code

NOW = 1_790_000_000.0


@pytest.fixture
def platform() -> Platform:
    return Platform(clock=PlatformClock(lambda: NOW))


@pytest.fixture
def account(platform: Platform) -> Account:
    return platform.add(Account())


@pytest.fixture
def phone(platform: Platform, account: Account) -> Phone:
    return platform.phone(account)


async def get(platform: Platform, path: str, **query: str) -> dict[str, Any]:
    return json.loads((await platform.answer("GET", path, query, b""))[2])


async def post(platform: Platform, path: str, body: dict[str, Any], token: str = "") -> dict[str, Any]:
    content = json.dumps(body, ensure_ascii=False).encode()
    return json.loads((await platform.answer("POST", path, {"access_token": token} if token else {}, content))[2])


async def token_of(platform: Platform, account: Account, **more: Any) -> str:
    body = {"grant_type": "client_credential", "appid": account.app_id, "secret": account.secret, **more}
    answer = await post(platform, "/cgi-bin/stable_token", body)
    return answer.get("access_token", str(answer.get("errcode")))


async def say(platform: Platform, token: str, phone: Phone, words: str = "您好") -> int:
    body = {"touser": phone.openid, "msgtype": "text", "text": {"content": words}}
    return (await post(platform, "/cgi-bin/message/custom/send", body, token))["errcode"]


async def test_the_stable_token_stays_until_shortly_before_its_end_and_then_both_hold(platform: Platform, account: Account, phone: Phone) -> None:
    first = await token_of(platform, account)
    assert await token_of(platform, account) == first
    platform.clock.advance(7200 - 299)
    second = await token_of(platform, account)
    assert second != first and len(second) == 512
    assert (await say(platform, first, phone), await say(platform, second, phone)) == (45015, 45015)  # both are tokens: only the window is shut
    platform.clock.advance(300)
    assert (await say(platform, first, phone), await say(platform, "nonsense", phone), await say(platform, "", phone)) == (42001, 40001, 41001)


async def test_a_forced_token_kills_the_old_and_may_not_be_asked_for_often(platform: Platform, account: Account, phone: Phone) -> None:
    first = await token_of(platform, account)
    assert await token_of(platform, account, force_refresh=True) != first
    assert await say(platform, first, phone) == 40001
    assert await token_of(platform, account, force_refresh=True) == "45011"
    for _ in range(19):
        platform.clock.advance(31)
        await token_of(platform, account, force_refresh=True)
    platform.clock.advance(31)
    assert await token_of(platform, account, force_refresh=True) == "45009"
    assert await token_of(platform, account, secret="wrong") == "40125"


async def test_the_old_interface_replaces_the_token_before(platform: Platform, account: Account, phone: Phone) -> None:
    sign_in = {"grant_type": "client_credential", "appid": account.app_id, "secret": account.secret}
    first = (await get(platform, "/cgi-bin/token", **sign_in))["access_token"]
    await get(platform, "/cgi-bin/token", **sign_in)
    assert await say(platform, first, phone) == 45015
    platform.clock.advance(301)
    assert await say(platform, first, phone) == 42001


@pytest.mark.parametrize(("deed", "count", "seconds"), [("message", 5, 48 * 3600), ("menu", 3, 60), ("follow", 3, 60), ("scan", 3, 60)])
async def test_each_deed_allows_so_many_messages_for_so_long(
    platform: Platform, account: Account, phone: Phone, deed: str, count: int, seconds: int
) -> None:
    token = await token_of(platform, account)
    assert await say(platform, token, phone) == 45015
    grant(platform, phone.follower, deed)
    assert [await say(platform, token, phone) for _ in range(count + 1)] == [0] * count + [45047]
    grant(platform, phone.follower, deed)
    platform.clock.advance(seconds)
    assert await say(platform, await token_of(platform, account), phone) == 45015


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        ({"msgtype": "text", "text": {"content": ""}}, 44004), ({"msgtype": "text", "text": {"content": "长" * 700}}, 45002),
        ({"msgtype": "news", "news": {"articles": [{}, {}]}}, 45008), ({"msgtype": "hologram", "hologram": {}}, 40008),
        ({"msgtype": "msgmenu", "msgmenu": {"head_content": "a", "list": []}}, 40058), ({"msgtype": "image", "image": {"media_id": "x"}}, 40007),
        ({"msgtype": "miniprogrampage", "miniprogrampage": {"title": "a", "pagepath": "b", "thumb_media_id": "c"}}, 40007),
    ],
)  # fmt: skip
async def test_what_is_wrong_with_a_message_is_told_by_its_code(
    platform: Platform, account: Account, phone: Phone, body: dict[str, Any], errcode: int
) -> None:
    grant(platform, phone.follower, "message")
    answer = await post(platform, "/cgi-bin/message/custom/send", {"touser": phone.openid, **body}, await token_of(platform, account))
    assert answer["errcode"] == errcode and phone.screen == [] and platform.refused == {errcode: 1}


async def test_too_many_messages_in_a_minute_are_refused_and_use_up_nothing(platform: Platform, account: Account, phone: Phone) -> None:
    platform.rules.sends_a_minute = 2
    grant(platform, phone.follower, "message")
    token = await token_of(platform, account)
    assert [await say(platform, token, phone) for _ in range(3)] == [0, 0, 45011]
    platform.clock.advance(61)
    assert await say(platform, token, phone) == 0 and len(phone.screen) == 3 and phone.follower.grants[0].left == 2


async def test_escaped_characters_are_refused(platform: Platform, account: Account, phone: Phone) -> None:
    token, body = await token_of(platform, account), json.dumps({"touser": phone.openid, "msgtype": "text", "text": {"content": "您好"}}).encode()
    assert b"\\u" in body
    assert json.loads((await platform.answer("POST", "/cgi-bin/message/custom/send", {"access_token": token}, body))[2])["errcode"] == 40033


async def test_an_account_that_is_not_verified_has_no_customer_service(platform: Platform, account: Account, phone: Phone) -> None:
    account.verified = False
    assert await say(platform, await token_of(platform, account), phone) == 48001


def test_pushes_come_in_the_mode_and_the_format_the_account_chose() -> None:
    fields = {"ToUserName": "gh_1", "FromUserName": "o1", "MsgType": "text", "Content": "你好"}
    bodies = {mode: signed(Account(mode=mode), fields, wall=NOW)[1].decode() for mode in ("plain", "compatible", "safe")}
    assert {mode: ("你好" in body, "<Encrypt>" in body) for mode, body in bodies.items()} == {
        "plain": (True, False), "compatible": (True, True), "safe": (False, True),
    }  # fmt: skip
    assert set(json.loads(signed(Account(kind="miniprogram", format="json"), fields, wall=NOW)[1])) == {"ToUserName", "Encrypt"}


async def test_a_server_that_is_away_is_pushed_three_times_and_the_citizen_is_told(platform: Platform, account: Account, phone: Phone) -> None:
    account.callback = "http://127.0.0.1:1/"
    push = await phone.text("你好")
    assert (push.tries, push.answer) == (3, "none") and phone.screen[-1].via == "platform"
    await platform.pusher.close()


async def test_mini_programs_sign_in_once_a_code_and_consent_once_a_message(platform: Platform) -> None:
    account = platform.add(Account(app_id="wxmini", kind="miniprogram", templates={"T1": ["thing1", "time2"]}))
    phone = platform.phone(account)
    code = login_code(account, phone.openid)
    sign_in = {"appid": "wxmini", "secret": account.secret, "js_code": code}
    assert (await get(platform, "/sns/jscode2session", **sign_in))["openid"] == phone.openid
    assert (await get(platform, "/sns/jscode2session", **sign_in))["errcode"] == 40163
    assert (await get(platform, "/sns/jscode2session", **{**sign_in, "js_code": "guessed"}))["errcode"] == 40029
    token = await token_of(platform, account)
    body = {"touser": phone.openid, "template_id": "T1", "data": {"thing1": {"value": "身份证补领"}, "time2": {"value": "3月18日 10:00"}}}
    sent = [(await post(platform, "/cgi-bin/message/subscribe/send", body, token))["errcode"]]
    phone.follower.consents["T1"] = 1
    sent += [(await post(platform, "/cgi-bin/message/subscribe/send", body, token))["errcode"] for _ in range(2)]
    assert sent == [43101, 0, 43101]
    body["data"]["thing1"] = {"value": "长" * 21}
    assert (await post(platform, "/cgi-bin/message/subscribe/send", body, token))["errcode"] == 47003
    grant(platform, phone.follower, "enter")
    assert [await say(platform, token, phone) for _ in range(3)] == [0, 0, 45047]


# — 微信客服 —


@pytest.fixture
def corp(platform: Platform) -> Account:
    return platform.add(Account(app_id="ww1", kind="kf", callback="http://127.0.0.1:1/", desks={"wk1": Desk("wk1")}))


@pytest.fixture
def customer(platform: Platform, corp: Account) -> KfPhone:
    platform.rules.pushes = 1
    platform.weather = Weather()
    return platform.customer(corp, "wk1")


async def kf(platform: Platform, corp: Account, path: str, **body: Any) -> dict[str, Any]:
    token = (await get(platform, "/cgi-bin/gettoken", corpid="ww1", corpsecret=corp.secret))["access_token"]
    return await post(platform, f"/cgi-bin/kf/{path}", {"open_kfid": "wk1", **body}, token)


async def test_messages_are_pulled_with_a_cursor_in_batches(platform: Platform, corp: Account, customer: KfPhone) -> None:
    platform.rules.kf_batch = 2
    for n in range(3):
        await customer.text(f"第{n}句")
    signal = next(reversed(customer.desk.tokens))
    first = await kf(platform, corp, "sync_msg", token=signal)
    second = await kf(platform, corp, "sync_msg", token=signal, cursor=first["next_cursor"])
    assert [i["text"]["content"] for i in (*first["msg_list"], *second["msg_list"])] == ["第0句", "第1句", "第2句"]
    assert (first["has_more"], second["has_more"]) == (1, 0)
    platform.rules.kf_pulls_a_minute = 1
    assert (await kf(platform, corp, "sync_msg", cursor=second["next_cursor"]))["msg_list"] == []
    assert (await kf(platform, corp, "sync_msg"))["errcode"] == 45009, "without a signal's token it may not be asked often"
    platform.clock.advance(601)
    assert (await kf(platform, corp, "sync_msg", token=signal))["errcode"] == 95007, "a signal's token lives ten minutes"
    assert [(await kf(platform, corp, "sync_msg"))["errcode"] for _ in range(2)] == [0, 45009]
    platform.rules.kf_hollow = 1
    hollow = await kf(platform, corp, "sync_msg", token=await fresh(customer))
    assert (hollow["msg_list"], hollow["has_more"]) == ([], 1)


async def fresh(customer: KfPhone) -> str:
    await customer.signal()
    return next(reversed(customer.desk.tokens))


async def test_a_message_too_many_is_accepted_and_fails_later(platform: Platform, corp: Account, customer: KfPhone) -> None:
    await customer.text("你好")
    send = {"touser": customer.openid, "msgtype": "text", "text": {"content": "您好"}}
    assert {(await kf(platform, corp, "send_msg", msgid=f"m{n}", **send))["errcode"] for n in range(6)} == {0}
    assert len(customer.screen) == 5 and customer.desk.items[-1]["event"]["fail_type"] == 6
    assert (await kf(platform, corp, "send_msg", msgid="m1", **send))["errcode"] == 40058, "a msgid is good once"
    assert len(customer.screen) == 5
    platform.rules.kf_fails_later = False
    assert (await kf(platform, corp, "send_msg", msgid="m7", **send))["errcode"] == 95001
    platform.clock.advance(48 * 3600 + 1)
    assert (await kf(platform, corp, "send_msg", msgid="m8", **send))["errcode"] == 95002


async def test_only_who_is_served_by_the_assistant_can_be_written_to(platform: Platform, corp: Account, customer: KfPhone) -> None:
    send = {"touser": customer.openid, "msgtype": "text", "text": {"content": "您好"}}
    who = {"external_userid": customer.openid}
    assert (await kf(platform, corp, "send_msg", **send))["errcode"] == 95018, "not begun"
    await customer.text("你好")
    assert (await kf(platform, corp, "service_state/get", **who))["service_state"] == 0
    assert (await kf(platform, corp, "service_state/trans", service_state=1, **who))["errcode"] == 0
    assert (await kf(platform, corp, "send_msg", **send))["errcode"] == 0
    assert (await kf(platform, corp, "service_state/trans", service_state=3, servicer_userid="asleep", **who))["errcode"] == 95014
    assert (await kf(platform, corp, "service_state/trans", service_state=3, servicer_userid="servicer-1", **who))["msg_code"]
    assert (await kf(platform, corp, "send_msg", **send))["errcode"] == 95018
    ended = (await kf(platform, corp, "service_state/trans", service_state=4, **who))["msg_code"]
    bye = {"code": ended, "msgtype": "text", "text": {"content": "再见"}}
    assert [(await kf(platform, corp, "send_msg_on_event", **bye))["errcode"] for _ in range(2)] == [0, 40029]
    assert (await kf(platform, corp, "service_state/trans", service_state=1, **who))["errcode"] == 95013
    await customer.text("还有一件事")
    assert customer.session.state == 0
