"""What was typed is never lost, in large type too; and a guide's page says where each fact comes from."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_main_job import enter, fits, say
from tests.system.people import Citizen
from tests.system.running import RunningSystem

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


def test_large_type_keeps_what_was_typed_and_shows_only_the_turn_that_counts(phone: Page) -> None:
    enter(phone, "王桂香")
    say(phone, "身份证丢失补领")
    expect(phone.get_by_role("region", name="居民身份证丢失补领").first).to_be_visible()
    phone.locator("#words").fill("要多少")
    phone.get_by_role("button", name="长辈版").click()
    expect(phone.locator('[data-sender="citizen"]')).to_have_count(1)
    expect(phone.locator("#words")).to_have_value("要多少")
    phone.locator("#words").press_sequentially("钱")
    phone.keyboard.press("Enter")
    expect(phone.get_by_text("40元").last).to_be_visible()
    assert fits(phone)
    assert phone.evaluate("parseFloat(getComputedStyle(document.querySelector('#words')).fontSize)") >= 20


def test_words_said_without_a_network_are_kept_and_sent_once(phone: Page, system: RunningSystem) -> None:
    enter(phone, "李娜")
    phone.locator("#words").fill("身份证丢失")
    phone.context.set_offline(True)
    expect(phone.get_by_text("网络断开了")).to_be_visible()
    expect(phone.locator("#words")).to_have_value("身份证丢失")
    say(phone, "身份证丢失补领")
    expect(phone.get_by_text("1 条消息会在联网后自动发送")).to_be_visible()
    phone.locator("#words").fill("还没说完")
    phone.context.set_offline(False)
    expect(phone.get_by_role("region", name="居民身份证丢失补领")).to_have_count(1)
    expect(phone.locator('[data-sender="citizen"]')).to_have_count(1)
    expect(phone.get_by_text("网络断开了")).to_have_count(0)
    phone.reload()
    expect(phone.get_by_role("region", name="居民身份证丢失补领")).to_have_count(1)
    expect(phone.locator("#words")).to_have_value("还没说完")
    expect(phone.locator('[data-sender="citizen"]')).to_have_count(1)


def test_the_page_of_a_guide_says_where_each_fact_comes_from(phone: Page, system: RunningSystem) -> None:
    enter(phone, "张伟")
    say(phone, "身份证丢失补领")
    shown = phone.get_by_role("region", name="居民身份证丢失补领").first
    shown.locator("summary").click()
    shown.get_by_role("link", name="看完整指南").click()
    sections = phone.locator("section.section[id^=section-]")
    expect(sections.first).to_be_visible()
    for section in sections.all():
        expect(section.locator(".source").first).to_contain_text(re.compile("来源：.+"))
    document = Citizen(system.url).http.get("/api/guides/jumin-shenfenzheng-buling").json()["document"]
    assert "doubts" not in document, "what the authority has to decide is not the citizen's to read"
    for source in document["sources"]:
        line = phone.locator(".sources li", has_text=source["title"])
        expect(line).to_be_visible()
        if source.get("url"):
            expect(line.get_by_role("link")).to_have_attribute("href", source["url"])
        if source.get("date"):
            expect(line).to_contain_text(source["date"])
    assert fits(phone)


def test_a_guide_is_read_by_whoever_opens_its_link_in_his_own_characters(phone: Page, system: RunningSystem) -> None:
    phone.goto(f"{system.url}/#/guide/jumin-shenfenzheng-buling")
    expect(phone.get_by_role("heading", name="居民身份证丢失补领")).to_be_visible()
    phone.locator(".head__script").click()
    expect(phone.get_by_role("heading", name="居民身份證丟失補領")).to_be_visible()
    assert fits(phone) and phone.evaluate("localStorage.getItem('bangban.session')") is None
    phone.locator(".foot .btn--main").click()
    enter(phone, "张伟")
    expect(phone.locator('[data-sender="citizen"]')).to_have_count(1)
