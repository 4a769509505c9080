"""The citizen service over the sandbox."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from common.database import Database
from common.vault import Vault
from services.citizens.adapters.sandbox.provider import SandboxIdentityProvider
from services.citizens.errors import CitizenUnknown, SandboxOff
from services.citizens.service import CitizenService
from services.citizens.tables import sandbox


@pytest.fixture
async def provider(database: Database, vault: Vault) -> SandboxIdentityProvider:
    provider = SandboxIdentityProvider(database=database, vault=vault)
    await provider.seed()
    return provider


async def test_sandbox_citizens_are_played_by_short_name(provider: SandboxIdentityProvider) -> None:
    service = CitizenService(provider=provider, sandbox=provider)
    citizen = await service.sandbox(name="chan-tai-man")
    assert (citizen.id, citizen.display_name, citizen.script, citizen.verified) == ("ct_chan-tai-man", "陳大文", "hant", True)
    with pytest.raises(CitizenUnknown):
        await service.sandbox(name="nobody")
    assert [e["id"] for e in await service.sandbox_list()] == ["zhang-wei", "li-na", "chan-tai-man", "wang-guixiang"]


async def test_outside_demo_mode_nobody_is_played(provider: SandboxIdentityProvider) -> None:
    service = CitizenService(provider=provider)
    for call in (service.sandbox(name="zhang-wei"), service.sandbox_list()):
        with pytest.raises(SandboxOff):
            await call


async def test_visitors_need_no_provider_and_unknown_people_are_an_error(provider: SandboxIdentityProvider) -> None:
    service = CitizenService(provider=provider)
    visitor = await service.get(person_id="vs_1")
    assert not visitor.verified and visitor.display_name == "访客"
    with pytest.raises(CitizenUnknown):
        await service.get(person_id="ct_nobody")


async def test_what_is_stored_of_a_citizen_cannot_be_read_without_the_key(provider: SandboxIdentityProvider, database: Database) -> None:
    async with database.begin() as connection:
        rows = (await connection.execute(sa.select(sandbox))).mappings().all()
    assert len(rows) == 4
    assert not any(secret in str(dict(row)) for row in rows for secret in ("440106199003079997", "张伟", "13800000001"))
