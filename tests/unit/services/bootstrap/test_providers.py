"""Settings choose where identities, e-licences and visits come from, each by itself."""

from __future__ import annotations

import httpx
import pytest

from common.clock import FixedClock
from common.database import Database
from common.settings import Settings
from common.vault import Vault
from services.appointments.adapters.http import HttpProvider
from services.appointments.adapters.local import LocalProvider
from services.bootstrap import Providers
from services.citizens.adapters.http.provider import HttpIdentityProvider
from services.citizens.adapters.sandbox.provider import SandboxIdentityProvider
from services.licences.adapters.http.provider import HttpLicenceProvider
from services.licences.adapters.sandbox.provider import SandboxLicenceProvider

URL, TOKEN = "https://authority.example/v1/", "secret"


def chosen(vault: Vault, clock: FixedClock, **settings: str) -> Providers:
    return Providers.chosen(Settings(**settings), database=Database("postgresql://nobody@127.0.0.1:1/x"), vault=vault, clock=clock)


async def test_without_addresses_everything_is_our_own(vault: Vault, clock: FixedClock) -> None:
    ours = chosen(vault, clock)
    assert isinstance(ours.identity, SandboxIdentityProvider) and ours.sandbox is ours.identity
    assert isinstance(ours.licences, SandboxLicenceProvider)
    assert isinstance(ours.booking, LocalProvider) and ours.holds is ours.booking
    assert ours.clients == []


@pytest.mark.parametrize(
    ("name", "part", "adapter"), [("identity", "identity", HttpIdentityProvider), ("licences", "licences", HttpLicenceProvider), ("booking", "booking", HttpProvider)]
)
async def test_an_address_chooses_the_authority_for_its_part_alone(vault: Vault, clock: FixedClock, name: str, part: str, adapter: type) -> None:
    mixed = chosen(vault, clock, **{f"{name}_url": URL, f"{name}_token": TOKEN, "provider_timeout_s": "2.5"})
    assert [p for p in ("identity", "licences", "booking") if type(getattr(mixed, p)) in (HttpIdentityProvider, HttpLicenceProvider, HttpProvider)] == [part]
    assert isinstance(getattr(mixed, part), adapter)
    assert (mixed.sandbox is None, mixed.holds is None) == (name == "identity", name == "booking")
    [client] = mixed.clients
    assert str(client.base_url) == URL and client.headers["Authorization"] == f"Bearer {TOKEN}" and client.timeout == httpx.Timeout(2.5)
    await mixed.close()
    assert client.is_closed


async def test_a_recogniser_may_listen_longer_than_others_may_take(vault: Vault, clock: FixedClock) -> None:
    listening = chosen(vault, clock, speech_url=URL, speech_token=TOKEN, speech_timeout_s="40", provider_timeout_s="2.5")
    assert listening.recogniser is not None and [client.timeout for client in listening.clients] == [httpx.Timeout(40.0)]
    await listening.close()
