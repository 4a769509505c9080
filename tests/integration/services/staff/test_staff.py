"""Signing in, being locked out, permissions. On real PostgreSQL."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from common.clock import FixedClock
from common.database import Database
from common.signing import Signer
from services.audit.service import Audit
from services.staff.errors import LockedOut, NotPermitted, NotSignedIn, PasswordTooShort, RoleUnknown, UsernameTaken, WrongPassword
from services.staff.passwords import Passwords
from services.staff.service import StaffService

PASSWORD = "a long password"


@pytest.fixture
async def staff(database: Database, clock: FixedClock) -> StaffService:
    quick = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    made = StaffService(database=database, clock=clock, audit=Audit(database=database, clock=clock, signer=Signer(["k"])), passwords=quick)
    await made.seed_demo(password=PASSWORD)
    return made


async def test_the_staff_of_the_contract_can_sign_in_and_are_who_they_are(staff: StaffService) -> None:
    for name in ("agent1", "agent2", "supervisor1", "editor1", "reviewer1", "admin1"):
        signed = await staff.login(username=name, password=PASSWORD)
        assert signed.staff.roles == (name[:-1],)
        assert await staff.of(signed.token) == signed.staff
        assert signed.staff.name.encode("ascii", "ignore") == b"", "names are Chinese"


async def test_a_wrong_password_and_an_unknown_name_look_the_same(staff: StaffService) -> None:
    for name in ("agent1", "nobody"):
        with pytest.raises(WrongPassword) as refused:
            await staff.login(username=name, password="wrong")
        assert refused.value.envelope()["error"]["code"] == "staff.wrong_password"


@pytest.mark.parametrize("name", ["agent1", "nobody"])
async def test_five_failures_lock_the_name_for_a_while_even_with_the_right_password(staff: StaffService, clock: FixedClock, name: str) -> None:
    for _ in range(5):
        with pytest.raises(WrongPassword):
            await staff.login(username=name, password="wrong")
    with pytest.raises(LockedOut) as locked:
        await staff.login(username=name, password=PASSWORD)
    assert "5分钟" in locked.value.envelope()["error"]["message"]
    assert (await staff.login(username="agent2", password=PASSWORD)).staff.username == "agent2", "others are not concerned"
    clock.moment += timedelta(minutes=6)
    with pytest.raises(WrongPassword):
        await staff.login(username=name, password="wrong")
    clock.moment += timedelta(minutes=9)
    with pytest.raises(LockedOut):
        await staff.login(username=name, password=PASSWORD)


async def test_success_forgets_earlier_failures(staff: StaffService) -> None:
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(WrongPassword):
                await staff.login(username="agent1", password="wrong")
        await staff.login(username="agent1", password=PASSWORD)


async def test_guesses_made_at_once_are_all_counted(staff: StaffService) -> None:
    guesses = await asyncio.gather(*(staff.login(username="agent1", password=f"guess {n}") for n in range(8)), return_exceptions=True)
    assert all(isinstance(g, (WrongPassword, LockedOut)) for g in guesses)
    with pytest.raises(LockedOut):
        await staff.login(username="agent1", password=PASSWORD)


async def test_a_token_ends_with_its_time_with_signing_out_and_with_a_new_password(staff: StaffService, clock: FixedClock) -> None:
    first, second, third = [await staff.login(username="agent1", password=PASSWORD) for _ in range(3)]
    await staff.logout(first.token)
    with pytest.raises(NotSignedIn):
        await staff.of(first.token)
    await staff.of(second.token)
    await staff.set_password(staff_id=second.staff.id, password="another long one", by="st_admin1")
    with pytest.raises(NotSignedIn):
        await staff.of(third.token)
    fourth = await staff.login(username="agent1", password="another long one")
    clock.moment += timedelta(hours=12, seconds=1)
    with pytest.raises(NotSignedIn):
        await staff.of(fourth.token)


async def test_a_view_is_only_for_who_has_its_permission(staff: StaffService) -> None:
    agent, editor = [(await staff.login(username=n, password=PASSWORD)).token for n in ("agent1", "editor1")]
    assert (await staff.permitted(agent, "desk.work")).username == "agent1"
    for token, permission in [(agent, "desk.supervise"), (agent, "guides.edit"), (editor, "desk.work"), (editor, "guides.review")]:
        with pytest.raises(NotPermitted):
            await staff.permitted(token, permission)


async def test_neither_password_nor_token_is_readable_in_the_database(staff: StaffService, database: Database) -> None:
    signed = await staff.login(username="agent1", password=PASSWORD)
    async with database.begin() as conn:
        dump = "".join([str((await conn.execute(text(f"SELECT * FROM staff.{t}"))).all()) for t in ("account", "session", "failure")])
    assert "$argon2id$" in dump and signed.staff.id in dump
    assert PASSWORD not in dump and signed.token not in dump


async def test_accounts_are_added_and_closed(staff: StaffService) -> None:
    added = await staff.add(username="agent3", name="吴小燕", roles=["agent"], password="long enough!", by="st_admin1")
    signed = await staff.login(username="agent3", password="long enough!")
    for wrong, error in [({"username": "agent3"}, UsernameTaken), ({"password": "short"}, PasswordTooShort), ({"roles": ["king"]}, RoleUnknown)]:
        with pytest.raises(error):
            await staff.add(**{"username": "agent4", "name": "x", "roles": ["agent"], "password": "long enough!", "by": "st_admin1", **wrong})
    await staff.close(staff_id=added.id, by="st_admin1")
    with pytest.raises(NotSignedIn):
        await staff.of(signed.token)
    with pytest.raises(WrongPassword):
        await staff.login(username="agent3", password="long enough!")


async def test_seeding_again_keeps_sessions_and_takes_a_new_password(staff: StaffService) -> None:
    signed = await staff.login(username="agent1", password=PASSWORD)
    await staff.seed_demo(password=PASSWORD)
    assert await staff.of(signed.token) == signed.staff
    await staff.seed_demo(password="a changed password")
    await staff.login(username="agent2", password="a changed password")
