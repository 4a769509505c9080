"""``bangban staff`` on a real database: accounts that can sign in, refusals in a sentence."""

from __future__ import annotations

import asyncio

import pytest
from typer.testing import CliRunner, Result

from bangban.cli import app
from common.clock import SystemClock
from common.database import Database
from common.settings import settings
from common.signing import Signer
from services.audit.service import Audit
from services.staff.errors import NotSignedIn, WrongPassword
from services.staff.service import StaffService

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def given(fresh_database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path):
    for name, value in {"DATABASE_URL": fresh_database_url, "REDIS_URL": "redis://127.0.0.1:1/0", "SECRET_KEY": "k", "HOME": str(tmp_path)}.items():
        monkeypatch.setenv(f"BANGBAN_{name}", value)
    settings.cache_clear()
    yield
    settings.cache_clear()


def call(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, ["staff", *words], input=typed)


def test_an_account_is_made_listed_given_a_new_password_and_closed(fresh_database_url: str) -> None:
    assert call("add", "chen", "--name", "陈晓敏", "--role", "agent", "--role", "editor", "--password-stdin", typed=PASSWORD + "\n").exit_code == 0
    assert call("list").output == "chen\t陈晓敏\tagent, editor\n"
    again = call("add", "chen", "--name", "另一个", "--role", "agent", "--password-stdin", typed=PASSWORD + "\n")
    assert again.exit_code == 1 and "staff.username_taken" in again.output

    async def lived() -> None:
        database, clock = Database(fresh_database_url, pool_size=4), SystemClock()
        audit = Audit(database=database, clock=clock, signer=Signer(["k"]))
        staff = StaffService(database=database, clock=clock, audit=audit)
        token = (await staff.login(username="chen", password=PASSWORD)).token
        assert (await asyncio.to_thread(call, "password", "chen", "--password-stdin", typed="another long password\n")).exit_code == 0
        with pytest.raises(NotSignedIn):
            await staff.of(token)
        await staff.login(username="chen", password="another long password")
        assert (await asyncio.to_thread(call, "close", "chen")).exit_code == 0
        with pytest.raises(WrongPassword):
            await staff.login(username="chen", password="another long password")
        assert {e.actor for e in await audit.entries() if e.action != "staff.login"} == {"cli"} and await audit.broken_at() is None
        await database.close()

    asyncio.run(lived())
    assert call("list").output == "" and "chen" in call("list", "--closed").output


@pytest.mark.parametrize(
    ("words", "typed", "code"),
    [
        (("add", "li", "--name", "李", "--role", "agent", "--password-stdin"), "short\n", "staff.password_too_short"),
        (("add", "li", "--name", "李", "--role", "king", "--password-stdin"), PASSWORD + "\n", "staff.role_unknown"),
        (("password", "nobody", "--password-stdin"), PASSWORD + "\n", "staff.unknown"),
        (("close", "nobody"), "", "staff.unknown"),
    ],
)
def test_a_refusal_is_a_sentence_and_changes_nothing(words: tuple[str, ...], typed: str, code: str) -> None:
    refused = call(*words, typed=typed)
    assert refused.exit_code == 1 and code in refused.output and "Traceback" not in refused.output
    assert call("list").output == ""
