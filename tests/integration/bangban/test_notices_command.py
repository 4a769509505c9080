"""``bangban notices`` on a real database: dead letters listed and tried again, what is configured, the kill switch; never a secret or a person."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import psycopg
import pytest
from typer.testing import CliRunner, Result

from bangban.cli import app
from channels.notices.registry import WAYS
from common.clock import SystemClock
from common.database import Database
from common.settings import settings
from common.vault import Vault
from services.notices.errors import Refused
from services.notices.model import KINDS
from tests.fakes.notices import Bureau, Way

SECRET = "a secret of thirty-two characters or more"


@pytest.fixture(autouse=True)
def given(fresh_database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path):
    values = {"DATABASE_URL": fresh_database_url, "REDIS_URL": "redis://127.0.0.1:1/0", "SECRET_KEY": "k", "HOME": str(tmp_path)}
    for name, value in values.items():
        monkeypatch.setenv(f"BANGBAN_{name}", value)
    settings.cache_clear()
    yield
    settings.cache_clear()


def call(*words: str) -> Result:
    return CliRunner().invoke(app, ["notices", *words])


async def _two_dead_letters(url: str) -> list[str]:
    """One of them out of date by now."""
    database = Database(url, pool_size=4)
    bureau = Bureau(database, Vault(["k"]), SystemClock(), Way(answers=[Refused("blocked"), Refused("blocked")]), quiet="00:00-00:00")  # type: ignore[arg-type]
    for number in (1, 2):
        case = await bureau.submitted()
        await bureau.cases.advance(number=case.number, to="accepted")
        await bureau.look()
        if number == 1:
            async with database.begin() as conn:
                past = datetime.now().astimezone() - timedelta(hours=1)
                await conn.exec_driver_sql("UPDATE notices.notice SET expires_at = %s", (past,))
    await database.close()
    return [f"{row[0]}" for row in psycopg.connect(url).execute("SELECT id FROM notices.notice ORDER BY created_at")]


def test_dead_letters_are_listed_without_persons_and_tried_again_unless_they_are_out_of_date(fresh_database_url: str) -> None:
    old, new = asyncio.run(_two_dead_letters(fresh_database_url.replace("+psycopg", "")))
    lines = [line.split("\t") for line in call("list").output.splitlines()]
    assert [line[:6] for line in lines] == [[i, "case_accepted", "dead", "-", "0", "sms: refused blocked"] for i in (new, old)]
    assert "ct_1" not in call("list").output
    assert call("retry", old).exit_code == 1 and call("retry").exit_code == 2 and call("retry", new, "--all").exit_code == 2
    assert call("retry", "--all").output == "1 to be tried again\n"
    assert [line.split("\t")[0] for line in call("list", "--state", "waiting").output.splitlines()] == [new]
    assert call("list", "--state", "lost").exit_code == 1


def test_ways_are_checked_and_what_is_wrong_is_a_sentence_without_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    assert call("check").output == "".join(f"ok  {way}: settings — off: not configured\n" for way in WAYS)
    monkeypatch.setenv("BANGBAN_SMS_URL", "http://127.0.0.1:9/send")
    monkeypatch.setenv("BANGBAN_MAIL_HOST", "127.0.0.1")
    monkeypatch.setenv("BANGBAN_MAIL_PORT", "9")
    monkeypatch.setenv("BANGBAN_MAIL_FROM", "notice@gz.example")
    settings.cache_clear()
    half = call("check")
    assert half.exit_code == 1 and "BAD sms: settings — BANGBAN_SMS_URL is set" in half.output
    assert "BAD email: reachable — the mail server: SMTPConnectError" in half.output
    for name, value in {"SMS_SECRET": SECRET, "SMS_SIGN": "广州政务服务", "SMS_TEMPLATES": '{"case_done": "SMS_1"}'}.items():
        monkeypatch.setenv(f"BANGBAN_{name}", value)
    settings.cache_clear()
    whole = call("check")
    assert "ok  sms: templates — not sent for want of a template: appointment_booked" in whole.output
    assert "BAD sms: reachable — its address answered a ping with ConnectError" in whole.output and SECRET not in whole.output


def test_a_way_is_stopped_and_started(fresh_database_url: str) -> None:
    assert call("stop", "sms").output == "stopped sms\n" and call("stop", "fax").exit_code == 1
    assert call("start", "sms").output == "started sms\n" and call("start", "sms").output == "sms was not stopped\n"


def test_the_texts_to_be_approved_are_printed() -> None:
    printed = dict(line.split("\t") for line in call("templates").output.splitlines())
    assert set(printed) == set(KINDS) and "${code}" in printed["appointment_booked"]
