"""``bangban wechat menu`` against the platform: the account's menu becomes the one in the repository, or stays as it was."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from typer.testing import CliRunner, Result

from bangban.cli import app
from channels.wechat_oa.menu import buttons
from common.settings import settings
from tests.fakes.wechat import Account, Fault, Platform, served
from tests.fakes.wechat.tokens import expire

PUBLIC = "https://bangban.example"


@pytest.fixture
async def platform(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Platform]:
    made = Platform()
    account = made.add(Account())
    async with served(made) as url:
        values = {"WECHAT_OA_APP_ID": account.app_id, "WECHAT_OA_SECRET": account.secret, "WECHAT_API_BASE": url, "PUBLIC_URL": PUBLIC}
        for name, value in values.items():
            monkeypatch.setenv(f"BANGBAN_{name}", value)
        settings.cache_clear()
        yield made
    settings.cache_clear()


async def call(*words: str) -> Result:
    """While the platform goes on."""
    return await asyncio.to_thread(CliRunner().invoke, app, ["wechat", "menu", *words])


def account(platform: Platform) -> Account:
    return next(iter(platform.accounts.values()))


async def test_what_is_shown_is_what_is_pushed(platform: Platform) -> None:
    shown = json.loads((await call("show")).output)
    assert shown == buttons(PUBLIC) and platform.calls == {}
    done = await call("push")
    assert done.exit_code == 0 and f"{len(shown['button'])} entries" in done.output
    assert account(platform).menu == shown and platform.refused == {}


async def test_a_token_that_just_ran_out_is_fetched_anew(platform: Platform) -> None:
    assert (await call("push")).exit_code == 0
    expire(account(platform))
    assert (await call("push")).exit_code == 0


async def test_a_refusal_is_told_by_its_number_and_without_the_secret(platform: Platform) -> None:
    platform.faults.append(Fault("/cgi-bin/menu/create", errcode=48001))
    done = await call("push")
    assert done.exit_code == 1 and "48001" in done.output and account(platform).menu is None
    account(platform).secret = "another than ours"
    done = await call("push")
    assert done.exit_code == 1 and "40125" in done.output + str(platform.refused) and "secret-of-the-account" not in done.output


async def test_without_an_account_nothing_is_called(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BANGBAN_WECHAT_OA_SECRET")
    settings.cache_clear()
    done = await call("push")
    assert done.exit_code == 2 and "BANGBAN_WECHAT_OA_SECRET" in done.output and platform.calls == {}
