"""The main job as people do it: on a phone of 360 px, and at the desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.system.people import Staff
from tests.system.running import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]
expect.set_options(timeout=15_000)


def enter(page: Page, citizen: str) -> None:
    page.locator(f'button:has-text("{citizen}")').click()
    page.locator("#words").wait_for()


def say(page: Page, words: str) -> None:
    page.locator("#words").fill(words)
    page.keyboard.press("Enter")


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_from_one_sentence_to_the_list_and_a_booked_visit_by_touch(phone: Page) -> None:
    enter(phone, "张伟")
    say(phone, "我身份证丢了，要怎么补办")
    expect(phone.get_by_role("region", name="居民身份证丢失补领").first).to_be_visible()
    phone.get_by_role("button", name="不是，两年内拍过且相貌没变").click()
    materials = phone.get_by_role("region", name="申请材料").last
    expect(materials).to_contain_text("居民户口簿")
    expect(materials).not_to_contain_text("相片采集回执")
    say(phone, "我要预约去窗口办")
    phone.locator(".time:not(:disabled)").last.click()  # the first may be booked by him already: the demo's citizens are everybody's
    phone.get_by_role("button", name="确认预约").last.click()
    phone.get_by_role("link", name="出示预约码").last.click()
    expect(phone.locator(".qr img")).to_be_visible()
    assert fits(phone)


def test_a_form_is_opened_by_words_and_filled_on_its_page(phone: Page) -> None:
    enter(phone, "张伟")
    say(phone, "身份证丢失补领")
    expect(phone.get_by_role("region", name="居民身份证丢失补领").first).to_be_visible()
    say(phone, "帮我填表")
    phone.get_by_text("打开表单").last.click()
    number = phone.locator("#field-phone")
    number.fill("123")
    number.blur()
    expect(phone.locator('[aria-invalid="true"]')).to_have_count(1)
    number.fill("13900139000")
    number.blur()
    expect(phone.locator('[aria-invalid="true"]')).to_have_count(0)
    assert fits(phone)


def test_an_agent_takes_over_at_the_desk_and_the_citizen_reads_him(agent: Staff, phone: Page, desk: Page) -> None:
    enter(phone, "王桂香")
    say(phone, "补领身份证")
    expect(phone.get_by_role("region", name="居民身份证丢失补领").first).to_be_visible()
    say(phone, "转人工")
    for _ in range(50):
        if agent.http.get("/api/desk/queue").json()["items"]:
            break
        phone.wait_for_timeout(200)
    desk.get_by_label("用户名").fill("agent1")
    desk.get_by_label("密码").fill(PASSWORD)
    desk.get_by_role("button", name="登录").click()
    desk.get_by_role("button", name="接入").first.click()
    desk.locator("textarea").first.fill("您好，我是帮办员，正在看您的材料")
    desk.keyboard.press("Enter")
    expect(phone.get_by_text("正在看您的材料").last).to_be_visible()
