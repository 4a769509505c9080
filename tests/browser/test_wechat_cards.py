"""Every kind of card in every channel of `bangban demo wechat`, on a phone of 360 px: it comes up, it can be read, and it does what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.wechat import PATIENT, Talk
from tests.system.people import Staff
from tests.system.running import RunningSystem

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(1800)]
MARKS = ("非常满意", "满意", "基本满意", "不满意", "非常不满意")
NAME = "居民身份证丢失补领"


@pytest.fixture
def page(browser: Browser, wechat: str) -> Iterator[Page]:
    context = browser.new_context(**PHONE, reduced_motion="reduce")
    context.set_default_timeout(PATIENT)
    expect.set_options(timeout=PATIENT)
    made = context.new_page()
    made.goto(wechat)
    yield made
    context.close()


def at_desk(agent: Staff, path: str, **body: Any) -> None:
    reply = agent.http.post(f"/api/desk/{path}", json=body)
    assert reply.status_code < 300, reply.text


def served(talk: Talk, system: RunningSystem) -> None:
    """He waits for a person, is answered, and is asked how it was: all that can be seen of a hand-over."""
    agent = Staff(system.url, "agent1")
    agent.http.timeout = PATIENT / 1000
    agent.presence("online")
    try:
        talk.say("转人工")
        while not (items := agent.http.get("/api/desk/queue").json()["items"]):  # the test's own limit ends it
            talk.page.wait_for_timeout(300)
            agent.presence("online")  # else he is gone after a while
        conversation = items[0]["conversation_id"]
        at_desk(agent, f"conversations/{conversation}/claim", version=items[0]["version"])
        at_desk(agent, f"conversations/{conversation}/messages", text="您好，我是帮办员，材料带齐就可以来。")
        talk.sees("转接")
        agent.presence("online")
        talk.sees("【帮办员】您好，我是帮办员")
        talk.say("好的，谢谢")  # what may be sent to him is counted from his last word
        at_desk(agent, f"conversations/{conversation}/release", to="closed")
        talk.sees("打个分")
    finally:
        agent.presence("offline")


def test_the_official_account(page: Page, system: RunningSystem) -> None:
    talk = Talk(page, "wechat_oa")

    talk.say("社保卡")
    items = talk.sees("您要办的是下面哪一项", "msgmenu")
    expect(items.get_by_role("button", name="都不是")).to_be_visible()
    talk.say("我身份证丢了，要怎么补办")
    guide = talk.opens(talk.sees(f"{NAME}·办事指南", "news").locator("a.card"))
    expect(guide.get_by_text(NAME).first).to_be_visible()
    guide.close()
    expect(talk.sees("法定时限", "msgmenu").get_by_role("button", name="材料清单")).to_be_visible()
    talk.sees("满16周岁了吗", "msgmenu")
    talk.tap("已满16周岁", "相貌有明显变化")
    talk.tap("不是，两年内拍过且相貌没变", "按您的情况：已满16周岁；两年内拍过且相貌没变")
    talk.tap("多少钱", "”选“要”】临时居民身份证：10元")  # of the guide's menu, further up
    talk.sees("依据：《中华人民共和国居民身份证法》")

    talk.say("帮我填表", "政府已经掌握的信息")
    form = talk.opens(talk.sees("申请表·填写中", "news").locator("a.card"))
    expect(form.locator("#field-phone")).to_be_visible()
    form.close()

    talk.say("我要预约去窗口办")
    talk.sees("哪个大厅", "msgmenu")
    talk.tap("天河区", "09:00")
    times = talk.sees("政务服务中心（", "msgmenu").get_by_role("button", name="月")
    expect(times).to_have_count(10)
    times.first.click()
    expect(talk.sees("待您确认").get_by_text("预约码")).to_have_count(0)
    talk.tap("确认预约", "预约成功：")
    visit = talk.opens(talk.sees("点开出示", "news").locator("a.card"))
    expect(visit.locator(".qr img")).to_be_visible()
    visit.close()
    calendar = talk.sees("加到日历").get_by_role("link", name="加到日历", exact=True).get_attribute("href")
    fetched = page.request.get(calendar or "")
    assert fetched.ok and fetched.text().startswith("BEGIN:VCALENDAR")
    talk.tap("取消预约", "确定取消")
    talk.tap("确认取消", "已取消：", "预约已经取消")

    talk.say("火星上怎么买月球的房子", "没有找到")
    talk.say("我爸爸突然晕倒了，没有呼吸", "120")
    served(talk, system)
    for mark in MARKS:
        expect(talk.sees("打个分", "msgmenu").get_by_role("button", name=mark, exact=True)).to_be_visible()
    talk.is_readable()


def test_customer_service_of_the_mini_program(page: Page, system: RunningSystem) -> None:
    talk = Talk(page, "miniprogram")
    talk.say("社保卡", "都不是", "回复数字")
    talk.say("我身份证丢了，要怎么补办", "您可以直接说：材料清单、多少钱")
    card = talk.sees(f"{NAME}·办事指南", "miniprogrampage").locator(".card")
    expect(card.locator(".cover")).to_be_visible()
    card.click()
    sheet = talk.phone.get_by_role("dialog", name="小程序页面：pages/guide/guide?id=jumin-shenfenzheng-buling")
    expect(sheet).to_be_visible()
    sheet.get_by_role("button", name="关闭").click()
    talk.sees("满16周岁了吗")
    talk.say("1", "相貌有明显变化")
    talk.say("2", "请准备这些材料")
    talk.say("要多少钱", "临时居民身份证：10元")
    talk.say("帮我填表", "先告诉我")
    talk.sees("申请表·填写中", "miniprogrampage")
    talk.say("预约办理", "哪个大厅")
    talk.say("天河区", "选一个方便的时间")
    talk.say("最早的", "待您确认")
    talk.say("确认预约", "预约成功：")
    talk.sees("预约码·", "miniprogrampage")
    served(talk, system)
    talk.sees("回复前面的数字就能选")
    talk.is_readable()


def test_customer_service_of_wecom_in_traditional_characters(page: Page, system: RunningSystem) -> None:
    talk = Talk(page, "wecom_kf")
    talk.say("我身份證遺失咗，點樣補領", "居民身份證")
    talk.opens_guide(talk.sees("辦事指南", "link").locator("a.card"), NAME)
    talk.tap("已滿16週歲", "相貌有明顯變化")
    talk.tap("不是，兩年內", "請準備這些材料")
    talk.say("要幾多錢", "臨時居民身份證：10元")
    talk.say("幫我填表", "還差")
    talk.say("預約辦理", "大廳")
    talk.tap("天河區", "日期和時間就能約")
    talk.sees("政務服務中心（", "msgmenu").get_by_role("button", name="月").first.click()
    talk.tap("確認預約", "預約成功：")
    talk.picture()
    talk.is_readable()


def test_an_account_that_is_not_verified(page: Page) -> None:
    talk = Talk(page, "wechat_oa_passive")
    talk.say("我身份证丢了，要怎么补办")
    answer = talk.lines.locator("li.in", has_text=re.compile(f"继续|{NAME}"))
    expect(answer.first).to_be_visible()
    while NAME not in talk.lines.inner_text():  # it took longer than the platform waits: he was told how to fetch it
        talk.say("继续")
        page.wait_for_timeout(2000)
    talk.opens_guide(talk.sees("完整指南").get_by_role("link", name="完整指南", exact=True).last, NAME)
    talk.is_readable()


def test_side_by_side_on_a_desk(browser: Browser, wechat: str) -> None:
    """What was said above, on a screen of 1440 px."""
    context = browser.new_context(**DESKTOP)
    page = context.new_page()
    page.set_default_timeout(PATIENT)
    page.goto(wechat)
    for channel in ("wechat_oa", "miniprogram", "wecom_kf", "wechat_oa_passive"):
        Talk(page, channel, opened=False).is_readable()
    context.close()
