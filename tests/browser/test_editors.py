"""A guide's way from a changed fact to the citizen, as an editor and a reviewer go it on their page."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESKTOP
from tests.system.running import PASSWORD, RunningSystem

expect.set_options(timeout=30_000)
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

GUIDE, NEW = "wufanzui-jilu-zhengming", "无犯罪查询回执单"
PUBLISHED_MS = 240_000  # a publication prepares a whole edition and asks it its questions


@pytest.fixture
def colleague(browser: Browser, system: RunningSystem) -> Iterator[Callable[[str], Page]]:
    """Signs somebody in at the editors' page and opens the guide."""
    contexts = []

    def sign_in(username: str) -> Page:
        context = browser.new_context(**DESKTOP, reduced_motion="reduce")
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{system.url}/editor/#/guides/{GUIDE}")
        page.get_by_label("用户名").fill(username)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("heading", name="编辑与发布")).to_be_visible()
        return page

    yield sign_in
    for context in contexts:
        context.close()


def found_by_its_new_words(system: RunningSystem, seconds: float = 120) -> bool:
    """Whether the citizens' search comes to give the guide for the very words; every process takes an edition up a moment later."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        first = httpx.post(f"{system.url}/api/search", json={"query": NEW}, timeout=120, trust_env=False).json()["results"][0]
        if first["guide_id"] == GUIDE and first["passage"] and first["passage"]["text"] == NEW:
            return True
        time.sleep(1)
    return False


def test_what_an_editor_changes_a_colleague_approves_and_the_search_finds_it(system: RunningSystem, colleague: Callable[[str], Page]) -> None:
    editor = colleague("editor1")
    editor.get_by_role("button", name="编辑", exact=True).click()
    aliases = editor.locator("#edit-aliases")
    aliases.fill(f"{aliases.input_value()}\n{NEW}")
    editor.get_by_role("button", name="保存草稿").click()
    expect(editor.locator(".bar .state")).to_contain_text("已保存")
    editor.get_by_role("button", name="返回").click()
    editor.get_by_role("button", name="提交审核").click()
    expect(editor.get_by_text("正等审核员审核")).to_be_visible()
    expect(editor.get_by_role("button", name="通过")).to_have_count(0)

    reviewer = colleague("reviewer1")
    expect(reviewer.locator(".changes").first).to_contain_text(NEW, timeout=15_000)
    reviewer.get_by_role("button", name="通过", exact=True).click()
    reviewer.get_by_role("button", name="发布", exact=True).click()
    expect(reviewer.get_by_text("市民现在看到的就是它")).to_be_visible(timeout=PUBLISHED_MS)
    expect(reviewer.get_by_text("试了")).to_be_visible()
    assert found_by_its_new_words(system)

    reviewer.get_by_text("历史记录").click()
    reviewer.get_by_role("button", name="恢复这一版").last.click()  # as it was found
    reviewer.locator(".el-message-box").get_by_role("button", name="恢复这一版").click()
    expect(reviewer.get_by_text("已发布第 3 版")).to_be_visible(timeout=PUBLISHED_MS)
