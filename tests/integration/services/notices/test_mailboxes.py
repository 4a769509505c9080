"""Where a citizen's mail goes: proved by a code, sealed, changed and forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from common.clock import FixedClock
from services.notices.errors import AddressInvalid, CodeWrong, NotVerified, TooManyCodes, TryLater
from services.notices.service import Mailboxes
from tests.fakes.notices import Bureau

ANNA, OTHER = "anna@mail.example", "anna.new@mail.example"


class Letters:
    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []

    async def __call__(self, address: str, code: str) -> None:
        self.sent.append((address, code))

    @property
    def code(self) -> str:
        return self.sent[-1][1]

    @property
    def wrong(self) -> str:
        return f"{(int(self.code) + 1) % 1_000_000:06d}"


@pytest.fixture
def boxes(bureau: Bureau) -> Mailboxes:
    return bureau.notices.mailboxes


@pytest.fixture
def letters() -> Letters:
    return Letters()


async def test_the_code_that_was_sent_makes_the_address_his_and_works_once(boxes: Mailboxes, letters: Letters) -> None:
    assert (await boxes.of(person_id="ct_1")).state == "none"
    await boxes.ask(person_id="ct_1", address=f" {ANNA} ", post=letters)
    assert letters.sent == [(ANNA, letters.code)]
    box = await boxes.confirm(person_id="ct_1", code=letters.code)
    assert (box.state, box.address) == ("confirmed", ANNA)
    with pytest.raises(CodeWrong):
        await boxes.confirm(person_id="ct_1", code=letters.code)


async def test_a_code_is_nobody_elses(boxes: Mailboxes, letters: Letters) -> None:
    await boxes.ask(person_id="ct_1", address=ANNA, post=letters)
    with pytest.raises(CodeWrong):
        await boxes.confirm(person_id="ct_2", code=letters.code)


async def test_while_a_new_address_waits_for_its_code_mail_goes_to_the_old_one(boxes: Mailboxes, letters: Letters) -> None:
    await boxes.ask(person_id="ct_1", address=ANNA, post=letters)
    await boxes.confirm(person_id="ct_1", code=letters.code)
    box = await boxes.ask(person_id="ct_1", address=OTHER, post=letters)
    assert (box.state, box.address, box.asked) == ("asked", ANNA, OTHER)
    first = letters.sent[0][1]
    if first != letters.code:
        with pytest.raises(CodeWrong):
            await boxes.confirm(person_id="ct_1", code=first)
    assert (await boxes.confirm(person_id="ct_1", code=letters.code)).address == OTHER


async def test_after_five_wrong_codes_the_right_one_is_worth_nothing(boxes: Mailboxes, letters: Letters) -> None:
    await boxes.ask(person_id="ct_1", address=ANNA, post=letters)
    for _ in range(5):
        with pytest.raises(CodeWrong):
            await boxes.confirm(person_id="ct_1", code=letters.wrong)
    with pytest.raises(CodeWrong):
        await boxes.confirm(person_id="ct_1", code=letters.code)
    await boxes.ask(person_id="ct_1", address=ANNA, post=letters)
    assert (await boxes.confirm(person_id="ct_1", code=letters.code)).state == "confirmed"


async def test_after_ten_minutes_a_code_is_worth_nothing(boxes: Mailboxes, letters: Letters, clock: FixedClock) -> None:
    await boxes.ask(person_id="ct_1", address=ANNA, post=letters)
    clock.moment += timedelta(minutes=10)
    assert (await boxes.of(person_id="ct_1")).state == "none"
    with pytest.raises(CodeWrong):
        await boxes.confirm(person_id="ct_1", code=letters.code)


async def test_five_codes_are_sent_a_day_also_to_who_drops_his_address_between(boxes: Mailboxes, letters: Letters, clock: FixedClock) -> None:
    for n in range(5):
        await boxes.ask(person_id="ct_1", address=f"a{n}@mail.example", post=letters)
        await boxes.drop(person_id="ct_1")
    with pytest.raises(TooManyCodes):
        await boxes.ask(person_id="ct_1", address=ANNA, post=letters)
    await boxes.ask(person_id="ct_2", address=ANNA, post=letters)
    clock.moment += timedelta(days=1)
    await boxes.ask(person_id="ct_1", address=ANNA, post=letters)
    assert len(letters.sent) == 7


async def test_a_code_that_could_not_be_sent_is_said_so(boxes: Mailboxes, letters: Letters) -> None:
    async def failing(*_: str) -> None:
        raise TryLater("503")

    with pytest.raises(TryLater):
        await boxes.ask(person_id="ct_1", address=ANNA, post=failing)
    await boxes.ask(person_id="ct_1", address=ANNA, post=letters)
    assert (await boxes.confirm(person_id="ct_1", code=letters.code)).address == ANNA


@pytest.mark.parametrize(
    "address",
    [
        "",
        "anna",
        "anna@",
        "@mail.example",
        "anna@mail",
        "an na@mail.example",
        "a@b.example\r\nBcc: c@d.example",
        ".a@mail.example",
        "a..b@mail.example",
    ],
)
async def test_what_can_be_no_address_is_refused_and_no_code_is_sent(boxes: Mailboxes, letters: Letters, address: str) -> None:
    with pytest.raises(AddressInvalid):
        await boxes.ask(person_id="ct_1", address=address, post=letters)
    assert letters.sent == []


async def test_a_visitor_has_no_mailbox(boxes: Mailboxes, letters: Letters) -> None:
    with pytest.raises(NotVerified):
        await boxes.ask(person_id="vs_1", address=ANNA, post=letters)


async def test_a_dropped_address_is_forgotten(boxes: Mailboxes, letters: Letters, bureau: Bureau, clock: FixedClock) -> None:
    await boxes.ask(person_id="ct_1", address=ANNA, post=letters)
    box = await boxes.confirm(person_id="ct_1", code=letters.code)
    await boxes.lost(person_id="ct_1", address=OTHER)
    assert (await boxes.of(person_id="ct_1")).address == ANNA, "another address is gone, not his"
    assert box.id and await boxes.owner(mailbox_id=box.id) == "ct_1"
    await boxes.drop(person_id="ct_1")
    async with bureau.database.begin() as conn:
        row = (await conn.execute(sa.text("SELECT sealed, asked, code, codes_sent FROM notices.mailbox"))).one()
    assert tuple(row) == (None, None, None, 1)
    clock.moment += timedelta(days=2)
    await boxes.drop(person_id="ct_1")
    assert await boxes.owner(mailbox_id=box.id) is None
