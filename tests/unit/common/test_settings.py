"""Settings that only make sense together are refused by name, before anything starts."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from common.settings import Settings


@pytest.mark.parametrize("name", ["identity", "licences", "booking"])
@pytest.mark.parametrize(("given", "missing"), [("url", "token"), ("token", "url")])
def test_half_a_provider_is_refused_and_says_what_is_missing(name: str, given: str, missing: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings(**{f"{name}_{given}": "https://authority.example/v1/"})
    assert f"BANGBAN_{name.upper()}_{missing.upper()} is not" in str(refused.value)


@pytest.mark.parametrize("url", ["authority.example", "ftp://authority.example", "//x"])
def test_an_address_without_a_protocol_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="BANGBAN_BOOKING_URL must begin with https://"):
        Settings(booking_url=url, booking_token="secret")


def test_whole_providers_are_taken_and_their_tokens_stay_out_of_sight() -> None:
    chosen = Settings(identity_url="https://authority.example/v1/", identity_token="hush-hush")
    assert chosen.identity_url and "hush-hush" not in repr(chosen)


def test_an_empty_variable_is_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compose files hand on variables that are not set as empty ones."""
    monkeypatch.setenv("BANGBAN_IDENTITY_URL", "")
    monkeypatch.setenv("BANGBAN_DATABASE_URL", "")
    assert Settings().identity_url is None and Settings().database_url is None


def test_demo_mode_stays_out_of_production() -> None:
    with pytest.raises(ValidationError, match="BANGBAN_DEMO"):
        Settings(demo=True, env="production")
