"""Telephones, accounts and consents on a real database."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from common.clock import FixedClock
from common.database import Database
from common.vault import Vault
from services.contacts.service import Contacts
from services.contacts.tables import account, consent, deed, phone
from services.deliveries.service import Place

ANNA, BERT = Place("miniprogram", "wx1", "openid-anna"), Place("wechat_oa", "gh_1", "openid-anna-there")
T = "template-1"


@pytest.fixture
def contacts(database: Database, vault: Vault, clock: FixedClock) -> Contacts:
    return Contacts(database=database, vault=vault, clock=clock, secrets=["new", "old"])


async def stored(database: Database) -> str:
    """Everything that stands in the tables, as text."""
    async with database.begin() as conn:
        rows = [(await conn.execute(sa.select(table))).all() for table in (phone, account, consent, deed)]
    return "".join(str(row) for found in rows for row in found)


async def test_a_number_is_kept_sealed_and_the_later_one_stays(contacts: Contacts, database: Database) -> None:
    assert await contacts.phone(person_id="vs_1") is None
    await contacts.keep_phone(person_id="vs_1", number="13800138000")
    await contacts.keep_phone(person_id="vs_1", number="13900139000")
    assert await contacts.phone(person_id="vs_1") == "13900139000"
    assert "139" not in await stored(database)


async def test_an_account_its_key_and_its_union_are_known_by_hashes_only(contacts: Contacts, database: Database) -> None:
    assert await contacts.note_account(place=ANNA, person_id="vs_1", union="union-a", session_key="key-a") == []
    assert await contacts.session_key(place=ANNA) == "key-a"
    await contacts.note_account(place=ANNA, person_id="vs_1", session_key="key-b")
    assert await contacts.session_key(place=ANNA) == "key-b" and await contacts.session_key(place=BERT) is None
    assert await contacts.note_account(place=ANNA, person_id="vs_9") == ["vs_1"], "whose it was"
    await contacts.note_account(place=ANNA, person_id="vs_1")
    said = await stored(database)
    assert not [w for w in ("openid-anna", "union-a", "key-a", "key-b") if w in said]
    assert await contacts.note_account(place=BERT, person_id="vs_2", union="union-a") == ["vs_1"]


async def test_what_was_hashed_with_an_older_secret_is_still_found(database: Database, vault: Vault, clock: FixedClock) -> None:
    def holding(*secrets: str) -> Contacts:
        return Contacts(database=database, vault=vault, clock=clock, secrets=list(secrets))

    await holding("old").note_account(place=ANNA, person_id="vs_1", union="u", session_key="k")
    assert await holding("new", "old").session_key(place=ANNA) == "k"
    assert await holding("new", "old").note_account(place=ANNA, person_id="vs_1") == []
    assert await holding("new").session_key(place=ANNA) == "k", "found under the newest secret from then on"


async def test_one_yes_is_one_message_and_a_repeated_report_is_one_yes(contacts: Contacts) -> None:
    assert not await contacts.consents.agreed(place=ANNA, template=T, key="r1"), "nobody is known there"
    await contacts.note_account(place=ANNA, person_id="vs_1")
    reports = await asyncio.gather(*(contacts.consents.agreed(place=ANNA, template=T, key="r1") for _ in range(4)))
    assert sorted(reports) == [False, False, False, True]
    found = await asyncio.gather(*(contacts.consents.spend(place=ANNA, template=T, key=f"n{k}") for k in range(3)))
    assert sorted(map(str, found)) == ["None", "None", "spent"]
    assert not await contacts.consents.allowed(place=ANNA, template=T)
    assert await contacts.consents.spend(place=ANNA, template="another", key="n9") is None


async def test_a_message_that_is_tried_again_takes_no_second_yes(contacts: Contacts) -> None:
    await contacts.note_account(place=ANNA, person_id="vs_1")
    for report in ("r1", "r2"):
        await contacts.consents.agreed(place=ANNA, template=T, key=report)
    assert await contacts.consents.spend(place=ANNA, template=T, key="n1") == "spent"
    assert await contacts.consents.spend(place=ANNA, template=T, key="n1") == "again"
    await contacts.consents.give_back(place=ANNA, template=T, key="n1")
    await contacts.consents.give_back(place=ANNA, template=T, key="n1")
    assert [await contacts.consents.spend(place=ANNA, template=T, key=k) for k in ("n1", "n2", "n3")] == ["spent", "spent", None]


async def test_a_lasting_yes_lasts_until_it_is_withdrawn(contacts: Contacts) -> None:
    await contacts.note_account(place=ANNA, person_id="vs_1")
    await contacts.consents.agreed(place=ANNA, template=T, key="r1", lasting=True)
    assert [await contacts.consents.spend(place=ANNA, template=T, key=f"n{k}") for k in range(3)] == ["spent"] * 3
    await contacts.consents.withdrawn(place=ANNA, template=T)
    assert await contacts.consents.spend(place=ANNA, template=T, key="n9") is None


async def test_what_a_visitor_left_is_the_citizens_and_all_of_it_can_be_forgotten(contacts: Contacts, database: Database) -> None:
    await contacts.note_account(place=ANNA, person_id="vs_1", union="u")
    await contacts.keep_phone(person_id="vs_1", number="13800138000")
    await contacts.consents.agreed(place=ANNA, template=T, key="r1")
    await contacts.hand_over(visitor_id="vs_1", person_id="ct_zhang")
    assert await contacts.phone(person_id="ct_zhang") == "13800138000" and await contacts.phone(person_id="vs_1") is None
    assert await contacts.note_account(place=BERT, person_id="vs_2", union="u") == ["ct_zhang"]
    await contacts.keep_phone(person_id="vs_2", number="13900139000")
    await contacts.hand_over(visitor_id="vs_2", person_id="ct_zhang")
    assert await contacts.phone(person_id="ct_zhang") == "13800138000", "the number that he gave himself stays"
    await contacts.erase(person_id="ct_zhang")
    assert await stored(database) == ""


async def test_who_was_not_seen_for_long_is_forgotten_and_the_others_are_not(contacts: Contacts, clock: FixedClock, database: Database) -> None:
    await contacts.note_account(place=ANNA, person_id="vs_1")
    await contacts.keep_phone(person_id="vs_1", number="13800138000")
    await contacts.consents.agreed(place=ANNA, template=T, key="r1")
    clock.moment += timedelta(days=200)
    await contacts.note_account(place=BERT, person_id="vs_2")
    await contacts.keep_phone(person_id="vs_2", number="13900139000")
    clock.moment += timedelta(days=200)
    assert await contacts.forget(keep=timedelta(days=365)) == 2
    assert await contacts.phone(person_id="vs_1") is None and await contacts.phone(person_id="vs_2") == "13900139000"
    assert not await contacts.is_noted(place=ANNA) and await contacts.is_noted(place=BERT)
