"""``bangban channels`` on a real database: what is on, what is wrong, and the kill switch, which is audited; never a secret."""

from __future__ import annotations

import json

import psycopg
import pytest
from typer.testing import CliRunner, Result

from bangban.cli import app
from channels.registry import MAKERS
from common.settings import settings

SECRET = "a secret of thirty-two characters or more"


@pytest.fixture(autouse=True)
def given(fresh_database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path):
    values = {"DATABASE_URL": fresh_database_url, "REDIS_URL": "redis://127.0.0.1:1/0", "SECRET_KEY": "k", "HOME": str(tmp_path)}
    clients = {"hall": {"secrets": [SECRET], "push_url": "http://127.0.0.1:9/told"}, "hotline": {"secrets": [SECRET], "style": "voice"}}
    for name, value in {**values, "WEBHOOK_CLIENTS": json.dumps(clients)}.items():
        monkeypatch.setenv(f"BANGBAN_{name}", value)
    settings.cache_clear()
    yield
    settings.cache_clear()


def call(*words: str) -> Result:
    return CliRunner().invoke(app, ["channels", *words])


def test_channels_are_listed_stopped_and_started(fresh_database_url: str) -> None:
    listed = dict(line.split("\t")[:2] for line in call("list").output.splitlines())
    assert listed == {**dict.fromkeys(MAKERS, "off"), "webhook": "on"}
    assert call("stop", "webhook").exit_code == 0 and call("stop", "webhook").exit_code == 0
    assert "webhook\tstopped\t0" in call("list").output
    assert call("start", "webhook").output == "started webhook\n" and call("start", "webhook").output == "webhook was not stopped\n"
    assert call("stop", "nobody").exit_code == 1
    with psycopg.connect(fresh_database_url.replace("+psycopg", "")) as connection:
        assert [r[0] for r in connection.execute("SELECT action FROM audit.entry ORDER BY seq")] == ["channel.stop", "channel.start"]


def test_a_check_tells_what_works_and_what_does_not_and_no_secret() -> None:
    done = call("check", "webhook")
    assert done.exit_code == 1, "nobody answers at the address of the hall"
    assert "BAD webhook: hall: reachable — its address answered a ping with ConnectError" in done.output
    assert "ok  webhook: hotline: signature" in done.output and SECRET not in done.output


def test_a_channel_that_is_half_configured_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANGBAN_WECHAT_OA_APP_ID", "wx1")
    settings.cache_clear()
    done = call("check", "wechat_oa")
    assert done.exit_code == 1 and "BAD wechat_oa: settings — BANGBAN_WECHAT_OA_APP_ID" in done.output
    assert "wechat_oa\tmisconfigured" in call("list").output


def test_a_channel_without_settings_is_off_and_that_is_well() -> None:
    assert call("check", "wecom_kf").output == "ok  wecom_kf: settings — off: not configured\n"
