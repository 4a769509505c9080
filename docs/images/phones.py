"""The pictures of ``bangban demo wechat``."""

from __future__ import annotations

import base64
from collections.abc import Callable

import yaml
from playwright.sync_api import expect, sync_playwright

from docs.images.studio import FOLDER, PHONE, chromium, keep
from tests.browser.wechat import Talk


def wechat(*, url: str) -> None:
    """The Official Account on the page of ``bangban demo wechat``."""
    with sync_playwright() as playwright:
        context = chromium(playwright).new_context(**PHONE, reduced_motion="reduce")
        page = context.new_page()
        page.set_default_timeout(90_000)
        page.goto(url)
        page.locator(".chat", has_text="公众号 · 已认证").click()
        phone = page.locator('.phone[data-channel="wechat_oa"]')
        phone.get_by_role("button", name="更多").click()
        phone.get_by_role("button", name="换一位新居民").click()
        phone.get_by_role("button", name="关注公众号").click()
        phone.locator("li.in").wait_for()
        phone.get_by_label("换成输入框").click()
        phone.get_by_label("发消息").fill("我身份证丢了，要怎么补办")
        page.keyboard.press("Enter")
        phone.get_by_role("button", name="已满16周岁").last.click()
        phone.get_by_role("button", name="不是，两年内拍过且相貌没变").last.click()
        phone.locator("li.in", has_text="还想了解什么").get_by_role("button", name="帮我填表").click()
        phone.locator("li.in", has_text="还差").last.wait_for()
        phone.get_by_label("打开菜单").click()
        page.wait_for_timeout(1000)
        keep(page, "wechat")


def cards(*, url: str) -> None:
    """Three phones of ``bangban demo wechat --linked`` side by side: a visit, what is no errand, and the mini-program's customer service."""
    with sync_playwright() as playwright:
        context = chromium(playwright).new_context(
            **PHONE | {"viewport": {"width": 360, "height": 1400}, "device_scale_factor": 1}, reduced_motion="reduce"
        )
        expect.set_options(timeout=120_000)
        page = context.new_page()
        page.goto(url)
        shots: list[bytes] = []

        def shoot() -> None:
            page.wait_for_timeout(1000)
            shots.append(page.screenshot())

        for told in yaml.safe_load((FOLDER / "phones.yml").read_text(encoding="utf-8")):
            talk = Talk(page, told["channel"])
            for deed in told["deeds"]:
                _does(talk, deed, shoot)
            talk.phone.get_by_role("button", name=told["back"]).click()

        sheet = context.browser.new_page(viewport={"width": 924, "height": 1167})  # type: ignore[union-attr]
        sources = [f'<img width="300" src="data:image/png;base64,{base64.b64encode(shot).decode()}">' for shot in shots]
        sheet.set_content(f'<body style="margin:0;display:flex;gap:12px">{"".join(sources)}')
        keep(sheet, "wechat-cards", colours=64)


def _does(talk: Talk, deed: dict[str, list[str] | None], shoot: Callable[[], None]) -> None:
    """One line of ``phones.yml``: what he says or taps, with what has to come up, or a picture."""
    [(how, words)] = deed.items()
    if words is None:
        shoot()
    else:
        {"say": talk.say, "tap": talk.tap}[how](*words)
