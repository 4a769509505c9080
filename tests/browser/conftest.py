"""A real Chromium on the real product: a phone of 360 px and a desk of 1440 px."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.system.demo import running_demo
from tests.system.people import Staff
from tests.system.running import RunningSystem

_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
]  # fmt: skip
PHONE = {"viewport": {"width": 360, "height": 740}, "device_scale_factor": 2, "has_touch": True, "is_mobile": True, "locale": "zh-CN"}
DESKTOP = {"viewport": {"width": 1440, "height": 900}, "locale": "zh-CN"}


@pytest.fixture(scope="module")  # not the session: while Playwright runs, no asynchronous test can start a loop of its own
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "the test set-up installs Chromium"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="package")
def wechat(system: RunningSystem) -> Iterator[str]:
    """The address of `bangban demo wechat`, beside the product; started by the first who asks for it, so its tests stand last in this folder."""
    with running_demo(system) as url:
        yield url


@pytest.fixture
def phone(browser: Browser, system: RunningSystem) -> Iterator[Page]:
    """The citizen's page on a phone; anything asked of another server fails the test."""
    context = browser.new_context(**PHONE, reduced_motion="reduce")
    page = context.new_page()
    strangers: list[str] = []
    page.on(
        "request",
        lambda r: strangers.append(r.url) if not r.url.startswith((system.url, "data:", "blob:", system.url.replace("http", "ws"))) else None,
    )
    page.goto(f"{system.url}/")
    yield page
    context.close()
    assert strangers == []


@pytest.fixture
def agent(system: RunningSystem) -> Iterator[Staff]:
    """On duty while the test runs; name it before ``desk``, whose page would bring the agent back."""
    staff = Staff(system.url, "agent1")
    staff.presence("online")
    yield staff
    staff.presence("offline")


@pytest.fixture
def desk(browser: Browser, system: RunningSystem) -> Iterator[Page]:
    context = browser.new_context(**DESKTOP, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{system.url}/desk/")
    yield page
    context.close()
