"""`bangban demo wechat` beside the running product: a citizen's way through the Official Account, on a phone of 360 px."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]
PATIENT = 90_000  # ms


@pytest.fixture
def page(browser: Browser, wechat: str) -> Iterator[Page]:
    context = browser.new_context(**PHONE, reduced_motion="reduce")
    context.set_default_timeout(PATIENT)
    made = context.new_page()
    made.goto(wechat)
    yield made
    context.close()


def said(talk: Locator, words: str) -> Locator:
    """What the account said, with these words in it."""
    return talk.locator("li.in", has_text=words)


def test_a_citizen_finds_his_materials_and_his_form_in_the_official_account(page: Page) -> None:
    expect.set_options(timeout=PATIENT)
    page.get_by_label("每条推送都重复一次").check()
    page.locator(".chat", has_text="公众号 · 已认证").click()
    phone = page.locator('.phone[data-channel="wechat_oa"]')
    talk = phone.locator(".talk")

    phone.get_by_role("button", name="更多").first.click()
    phone.get_by_role("button", name="换一位新居民").click()
    phone.get_by_role("button", name="关注公众号").click()
    expect(talk.locator("li.in").first).to_be_visible()

    phone.get_by_label("换成输入框").click()
    phone.get_by_label("发消息").fill("我身份证丢了，要怎么补办")
    page.keyboard.press("Enter")
    expect(said(talk, "居民身份证丢失补领").first).to_be_visible()
    talk.get_by_role("button", name="已满16周岁").last.click()
    talk.get_by_role("button", name="不是，两年内拍过且相貌没变").last.click()
    expect(said(talk, "居民户口簿").last).to_be_visible()
    expect(talk.locator("li.out", has_text="不是，两年内拍过且相貌没变")).to_have_count(1)

    phone.get_by_label("发消息").fill("帮我填表")
    page.keyboard.press("Enter")
    card = talk.locator(".card", has_text="申请表").last
    with page.context.expect_page() as opened:
        card.click()
    form = opened.value
    expect(form.locator("#field-phone")).to_be_visible()  # his own form, though nobody asked who he is
    form.close()

    phone.get_by_label("更多").last.click()
    phone.get_by_role("button", name="位置").click()
    phone.get_by_role("button", name="广州塔").click()
    expect(talk.locator("li.out .location", has_text="海珠区")).to_be_visible()
    expect(said(talk, "海珠区").last).to_be_visible()

    phone.get_by_label("打开菜单").click()
    menu = phone.locator("footer")
    menu.get_by_role("button", name="找帮办员").click()
    menu.get_by_role("button", name="转人工帮办").click()
    expect(talk.locator("li.event", has_text="转人工帮办")).to_be_visible()
    expect(said(talk, "工单号").or_(said(talk, "转接帮办员")).last).to_be_visible()  # nobody is on duty, or somebody is
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert talk.locator('[data-via="platform"]').count() == 0  # never "out of service"
