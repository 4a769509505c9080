"""Takes the pictures of the README again: ``python -m docs.images.make`` (a product of its own), or ``--url`` and ``--password`` of a running demo;
``--wechat`` with the address of a running ``bangban demo wechat`` takes its picture only, ``--cards`` with that of one that is ``--linked`` the one
of its cards.

Needs a Chromium and a Chinese font (``tools/browser``). The pictures are 720 px wide on the phone and 1440 px at the desk.
"""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Callable, Iterator

from playwright.sync_api import Browser, Page, sync_playwright

from docs.images.phones import cards, wechat
from docs.images.studio import DESK, PHONE, chromium, keep
from tests.system.demo import running_demo
from tests.system.running import PASSWORD, running_system


class Studio:
    """A browser on a demo; ``phone`` opens the citizen's page as one of its people."""

    def __init__(self, browser: Browser, *, url: str, password: str):
        self.browser, self.url, self.password = browser, url, password

    @contextlib.contextmanager
    def phone(self, citizen: str, *, elder: bool = False) -> Iterator[Page]:
        context = self.browser.new_context(**PHONE, reduced_motion="reduce")
        if elder:
            context.add_init_script("localStorage.setItem('bangban.settings', JSON.stringify({elder: true, contrast: false, script: 'zh-Hans'}))")
        page = context.new_page()
        page.goto(f"{self.url}/")
        page.locator(f'button:has-text("{citizen}")').click()
        page.locator("#words").wait_for()
        yield page
        context.close()

    @contextlib.contextmanager
    def desk(self, user: str) -> Iterator[Page]:
        context = self.browser.new_context(**DESK, reduced_motion="reduce")
        page = context.new_page()
        page.goto(f"{self.url}/desk/")
        page.get_by_label("用户名").fill(user)
        page.get_by_label("密码").fill(self.password)
        page.get_by_role("button", name="登录").click()
        page.get_by_text("等候队列").wait_for()
        yield page
        context.close()


def settle(page: Page) -> None:
    page.wait_for_timeout(200)
    page.locator(".typing").wait_for(state="detached")
    page.wait_for_timeout(500)


def say(page: Page, words: str) -> None:
    page.locator("#words").fill(words)
    page.keyboard.press("Enter")
    settle(page)
    page.locator("#words").blur()


def tap(page: Page, label: str) -> None:
    page.get_by_role("button", name=label).last.click()
    settle(page)


def the_list(studio: Studio) -> None:
    with studio.phone("张伟") as page:
        say(page, "我身份证丢了，要怎么补办")
        tap(page, "是，需要重新拍")
        keep(page, "materials")


def the_form(studio: Studio) -> None:
    with studio.phone("张伟") as page:
        say(page, "身份证丢失补领")
        say(page, "帮我填表")
        page.get_by_role("link", name="打开表单").last.click()
        page.locator("#field-phone").wait_for()
        keep(page, "form")


def the_visit(studio: Studio) -> None:
    with studio.phone("张伟") as page:
        say(page, "身份证丢失补领")
        say(page, "不用重拍")
        say(page, "我要预约去窗口办")
        page.locator(".time:not(:disabled)").nth(2).click()
        settle(page)
        tap(page, "确认预约")
        page.get_by_role("link", name="出示预约码").last.click()
        page.locator(".qr img").wait_for()
        keep(page, "appointment")


def large_type(studio: Studio) -> None:
    with studio.phone("王桂香", elder=True) as page:
        say(page, "身份证丢失补领")
        say(page, "不用重拍")
        say(page, "我要预约去窗口办")
        page.locator(".days--plain .day").first.click()
        page.locator(".time").first.wait_for()
        keep(page, "elder")


def the_desk(studio: Studio) -> None:
    with studio.desk("agent1") as desk, studio.phone("张伟") as phone:
        if desk.get_by_role("button", name="上线").count():
            desk.get_by_role("button", name="上线").click()
        say(phone, "身份证丢失补领")
        say(phone, "帮我填表")
        say(phone, "昨天丢的，邮寄到家")
        say(phone, "转人工")
        desk.get_by_role("button", name="接入").first.click()
        desk.locator("textarea").first.fill("您好，您的情况和表我都看到了。新证寄到户籍地址，对吗？")
        desk.keyboard.press("Enter")
        desk.wait_for_timeout(800)
        say(phone, "对的，谢谢")
        desk.get_by_text("对的，谢谢").last.wait_for()
        keep(desk, "desk")
        tap_end(desk)


def tap_end(desk: Page) -> None:
    """The conversation is not left lying about in a demo that goes on."""
    desk.get_by_role("button", name="结束服务").first.click()
    desk.get_by_role("dialog").get_by_role("button", name="结束服务").click()
    desk.wait_for_timeout(500)


PICTURES: list[Callable[[Studio], None]] = [the_list, the_form, the_visit, large_type, the_desk]


def take(*, url: str, password: str) -> None:
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        studio = Studio(browser, url=url, password=password)
        for picture in PICTURES:
            picture(studio)
        browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="a running demo, else one is started for the pictures")
    parser.add_argument("--password", default=PASSWORD)
    parser.add_argument("--cards", help="a running `bangban demo wechat --linked`: only the picture of its cards is taken")
    parser.add_argument("--wechat", help="a running `bangban demo wechat`: only its picture is taken")
    asked = parser.parse_args()
    if asked.cards:
        cards(url=asked.cards.rstrip("/"))
        return
    if asked.wechat:
        wechat(url=asked.wechat.rstrip("/"))
        return
    if asked.url:
        take(url=asked.url.rstrip("/"), password=asked.password)
        return
    with running_system() as system:
        take(url=system.url, password=PASSWORD)
        with running_demo(system) as url:
            wechat(url=url)
        with running_demo(system, linked=True) as url:
            cards(url=url)


if __name__ == "__main__":
    main()
