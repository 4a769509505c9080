"""The pictures of ``bangban demo wechat``."""

from __future__ import annotations

import base64

from playwright.sync_api import expect, sync_playwright

from docs.images.studio import PHONE, chromium, keep
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

        talk = Talk(page, "wechat_oa")
        talk.say("身份证丢失补领", "满16周岁了吗")
        talk.tap("已满16周岁", "相貌有明显变化")
        talk.tap("不是，两年内拍过且相貌没变", "请准备这些材料")
        talk.say("我要预约去窗口办", "哪个大厅")
        talk.tap("天河区", "09:00")
        talk.tap("周二上午", "待您确认")
        talk.tap("确认预约", "提前10分钟")
        shoot()
        talk.say("火星上怎么买月球的房子", "没有找到")
        talk.say("我爸爸突然晕倒了，没有呼吸", "120")
        talk.say("转人工", "工单号")
        shoot()
        talk.phone.get_by_role("button", name="返回").click()
        talk = Talk(page, "miniprogram")
        talk.say("身份证丢失补领", "满16周岁了吗")
        talk.say("1", "相貌有明显变化")
        talk.say("2", "请准备这些材料")
        talk.say("帮我填表", "先告诉我")
        shoot()

        sheet = context.browser.new_page(viewport={"width": 924, "height": 1167})  # type: ignore[union-attr]
        sources = [f'<img width="300" src="data:image/png;base64,{base64.b64encode(shot).decode()}">' for shot in shots]
        sheet.set_content(f'<body style="margin:0;display:flex;gap:12px">{"".join(sources)}')
        keep(sheet, "wechat-cards", colours=64)
