"""One suite for every source of e-licences."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from common.database import Database
from common.vault import Vault
from services.licences.adapters.http.provider import HttpLicenceProvider
from services.licences.adapters.sandbox.provider import SandboxLicenceProvider, shipped
from services.licences.errors import LicencesUnavailable
from services.licences.model import Licence
from services.licences.ports import LicenceProvider


def _authority(request: httpx.Request) -> httpx.Response:
    entries = {f"ct_{name}": entries for name, entries in shipped().items()}.get(request.url.path.removeprefix("/v1/licences/"))
    if entries is None:
        return httpx.Response(404)
    known = [Licence.model_validate(e).model_dump(mode="json") for e in entries]
    return httpx.Response(200, json={"licences": [*known, {"kind": "fishing_permit", "number": "1", "holder": "某人"}]})


@pytest.fixture(params=["sandbox", "http"])
async def provider(request: pytest.FixtureRequest, database: Database, vault: Vault) -> AsyncIterator[LicenceProvider]:
    if request.param == "http":
        async with httpx.AsyncClient(base_url="https://licences.example/v1/", transport=httpx.MockTransport(_authority)) as client:
            yield HttpLicenceProvider(client=client)
    else:
        sandbox = SandboxLicenceProvider(database=database, vault=vault)
        await sandbox.seed()
        await sandbox.seed()
        yield sandbox


@pytest.mark.parametrize(("name", "kinds"), [(name, [e["kind"] for e in entries]) for name, entries in shipped().items()])
async def test_everybody_holds_what_he_would_hold(provider: LicenceProvider, name: str, kinds: list[str]) -> None:
    assert [x.kind for x in await provider.licences(person_id=f"ct_{name}")] == kinds


async def test_fields_for_forms_come_along(provider: LicenceProvider) -> None:
    licences = {x.kind: x for x in await provider.licences(person_id="ct_li-na")}
    assert licences["residence_permit"].value("address") == "广东省广州市海珠区样板路22号302房"
    assert licences["marriage_cert"].value("spouse_name") == "周明"
    assert licences["business_licence"].value("name") != licences["business_licence"].holder == "李娜"
    assert licences["id_card"].value("number") and licences["id_card"].value("nothing") is None


async def test_somebody_unknown_has_no_licences(provider: LicenceProvider) -> None:
    assert await provider.licences(person_id="ct_nobody") == []


@pytest.mark.parametrize("reply", [httpx.Response(502), httpx.Response(200, json={"licences": [{"kind": "id_card"}]}), httpx.Response(200, json=[])])
async def test_an_outage_is_never_read_as_none(reply: httpx.Response) -> None:
    async with httpx.AsyncClient(base_url="https://licences.example/v1/", transport=httpx.MockTransport(lambda _: reply)) as client:
        with pytest.raises(LicencesUnavailable):
            await HttpLicenceProvider(client=client).licences(person_id="ct_li-na")
