"""One suite for every source of identities."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from common.database import Database
from common.vault import Vault
from services.citizens.adapters.http.provider import HttpIdentityProvider
from services.citizens.adapters.sandbox.provider import SandboxIdentityProvider, person_id, shipped
from services.citizens.errors import IdentityUnavailable
from services.citizens.model import Identity
from services.citizens.ports import IdentityProvider


def _authority(request: httpx.Request) -> httpx.Response:
    """The remote register, holding the same people as the sandbox, with a field of its own we do not know."""
    people = {person_id(e["name"]): e for e in shipped()}
    entry = people.get(request.url.path.removeprefix("/v1/identities/"))
    if entry is None:
        return httpx.Response(404)
    body = {**Identity.model_validate(entry["identity"]).model_dump(mode="json"), "blood_type": "A"}
    return httpx.Response(200, json={"identity": body, "script": entry.get("script", "hans")})


@pytest.fixture(params=["sandbox", "http"])
async def provider(request: pytest.FixtureRequest, database: Database, vault: Vault) -> AsyncIterator[IdentityProvider]:
    if request.param == "http":
        async with httpx.AsyncClient(base_url="https://identity.example/v1/", transport=httpx.MockTransport(_authority)) as client:
            yield HttpIdentityProvider(client=client)
    else:
        sandbox = SandboxIdentityProvider(database=database, vault=vault)
        await sandbox.seed()
        await sandbox.seed()
        yield sandbox


async def test_a_known_person_comes_back_whole(provider: IdentityProvider) -> None:
    profile = await provider.profile(person_id="ct_zhang-wei")
    assert profile is not None and profile.script == "hans"
    assert (profile.identity.name, profile.identity.gender, profile.identity.hukou_code) == ("张伟", "male", "440106")
    assert profile.identity.value("birth_date") == "1990-03-07"


async def test_a_person_who_writes_traditional_characters_is_known_to(provider: IdentityProvider) -> None:
    profile = await provider.profile(person_id="ct_chan-tai-man")
    assert profile is not None and profile.script == "hant" and profile.identity.residency == "hk_macao"


@pytest.mark.parametrize("person", ["ct_nobody", "ct_../zhang-wei", "ct_zhang-wei?x=1", ""])
async def test_nobody_is_none_and_not_an_error(provider: IdentityProvider, person: str) -> None:
    assert await provider.profile(person_id=person) is None


@pytest.mark.parametrize(
    "reply",
    [
        httpx.Response(500),
        httpx.Response(401),
        httpx.Response(200, text="not json"),
        httpx.Response(200, json={"identity": {"name": "只有姓名"}}),
        None,
    ],
)
async def test_an_outage_is_never_read_as_nobody_and_quotes_no_value(reply: httpx.Response | None) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if reply is None:
            raise httpx.ConnectTimeout("slow", request=request)
        return reply

    async with httpx.AsyncClient(base_url="https://identity.example/v1/", transport=httpx.MockTransport(answer)) as client:
        with pytest.raises(IdentityUnavailable) as raised:
            await HttpIdentityProvider(client=client).profile(person_id="ct_zhang-wei")
    assert raised.value.__cause__ is None and "只有姓名" not in str(raised.value.envelope())
