"""Notices by SMS against a provider that proves signatures and knows each id once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from channels.notices.sms import Sms, make
from common.clock import FixedClock
from common.settings import Settings
from services.citizens.errors import IdentityUnavailable
from services.citizens.service import CitizenService
from services.contacts.service import Contacts
from services.notices.tables import notice
from tests.fakes.notices import Bureau
from tests.fakes.sms_gateway import SmsGateway
from tests.integration.channels.notices.conftest import ZHANG


async def number_of(citizens: CitizenService) -> str:
    identity = (await citizens.get(person_id=ZHANG)).identity
    assert identity and identity.phone
    return f"+86{identity.phone}"


async def state(bureau: Bureau) -> list[tuple[str, str | None]]:
    async with bureau.database.begin() as conn:
        return [tuple(r) for r in await conn.execute(sa.select(notice.c.state, notice.c.reason).order_by(notice.c.created_at))]


async def test_a_booking_arrives_as_its_approved_text_at_the_number_of_his_identity(
    bureau: Bureau, sms: Sms, provider: SmsGateway, citizens: CitizenService
) -> None:
    visit = await bureau.booked(person=ZHANG)
    await bureau.look()
    [(number, text)] = provider.sent
    assert number == await number_of(citizens)
    assert text.startswith("【广州政务服务】您已约好3月19日（周四）") and f"预约码{visit.code}" in text and len(text) <= 70
    assert await state(bureau) == [("sent", None)]


async def test_the_number_that_wechat_handed_over_goes_before_that_of_the_identity(
    bureau: Bureau, sms: Sms, provider: SmsGateway, contacts: Contacts
) -> None:
    await contacts.keep_phone(person_id=ZHANG, number="13900139000")
    await bureau.booked(person=ZHANG)
    await bureau.look()
    assert [number for number, _ in provider.sent] == ["+8613900139000"]
    assert await sms.shown(person_id=ZHANG) == "139****9000"


async def test_a_visitor_without_a_number_is_not_reached(bureau: Bureau, sms: Sms, provider: SmsGateway) -> None:
    await bureau.booked(person="vs_1")
    await bureau.booked(person="ct_nobody")
    await bureau.look()
    assert provider.calls == [] and [s for s, _ in await state(bureau)] == ["nowhere", "nowhere"]


async def test_a_yes_that_was_lost_is_no_second_sms(bureau: Bureau, sms: Sms, provider: SmsGateway, clock: FixedClock) -> None:
    provider.lose_answers = 2
    await bureau.booked(person=ZHANG, days=3)
    for _ in range(3):
        await bureau.look()
        clock.moment += timedelta(minutes=1)
    assert (len(provider.calls), len(provider.sent)) == (3, 1) and await state(bureau) == [("sent", "502")]


async def test_a_provider_that_is_busy_says_how_long_to_wait(bureau: Bureau, sms: Sms, provider: SmsGateway, clock: FixedClock) -> None:
    provider.said, provider.retry_after = [429], "120"
    await bureau.booked(person=ZHANG, days=3)
    await bureau.look()
    clock.moment += timedelta(seconds=119)
    assert await bureau.look() == 0
    clock.moment += timedelta(seconds=1)
    await bureau.look()
    assert len(provider.sent) == 1


@pytest.mark.parametrize(
    ("said", "reason"), [("number_gone", "sms: gone number_gone"), ("blocked", "sms: refused blocked"), ("template", "sms: refused template")]
)
async def test_what_the_provider_will_never_send_is_not_tried_again(bureau: Bureau, sms: Sms, provider: SmsGateway, said: str, reason: str) -> None:
    provider.said = [said]
    await bureau.booked(person=ZHANG)
    await bureau.look()
    [dead] = await bureau.notices.outbox.list()
    assert dead.reason == reason and len(provider.calls) == 1


async def test_who_answered_an_sms_with_unsubscribe_gets_none_any_more(bureau: Bureau, sms: Sms, provider: SmsGateway) -> None:
    provider.said = ["unsubscribed"]
    visit = await bureau.booked(person=ZHANG)
    await bureau.look()
    await bureau.cancel(visit)
    await bureau.look()
    assert len(provider.calls) == 1
    assert not (await bureau.notices.wishes.of(person_id=ZHANG)).wants("sms", "case")


async def test_a_mistake_of_set_up_is_tried_again_until_somebody_mends_it(bureau: Bureau, sms: Sms, provider: SmsGateway, clock: FixedClock) -> None:
    right, provider.secret = provider.secret, "another secret than the one we sign with"
    await bureau.booked(person=ZHANG, days=3)
    await bureau.look()
    assert (provider.calls, await state(bureau)) == ([], [("waiting", "401")])
    assert [f.ok for f in await sms.check()] == [True, False]
    provider.secret = right
    clock.moment += timedelta(minutes=1)
    await bureau.look()
    assert len(provider.sent) == 1 and all(f.ok for f in await sms.check())


async def test_when_the_identity_provider_is_away_it_waits(
    bureau: Bureau, sms: Sms, provider: SmsGateway, citizens: CitizenService, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(**_: object) -> None:
        raise IdentityUnavailable

    with monkeypatch.context() as patched:
        patched.setattr(citizens, "get", away)
        await bureau.booked(person=ZHANG, days=3)
        await bureau.look()
        assert await state(bureau) == [("waiting", "identity")]
    clock.moment += timedelta(minutes=1)
    await bureau.look()
    assert len(provider.sent) == 1


async def test_a_kind_without_an_approved_template_is_not_sent_by_sms(bureau: Bureau, sms: Sms, provider: SmsGateway) -> None:
    sms._templates = {"appointment_booked": "SMS_appointment_booked"}
    case = await bureau.submitted(person=ZHANG)
    await bureau.cases.advance(number=case.number, to="accepted")
    await bureau.look()
    assert provider.calls == [] and await state(bureau) == [("nowhere", None)]


async def test_the_number_is_in_no_table_of_the_notices_and_in_no_log(
    bureau: Bureau, sms: Sms, provider: SmsGateway, citizens: CitizenService, capsys: pytest.CaptureFixture[str]
) -> None:
    provider.said = [500, "number_gone"]
    await bureau.booked(person=ZHANG, days=3)
    await bureau.look()
    bureau.clock.moment += timedelta(minutes=1)
    await bureau.look()
    digits = (await number_of(citizens)).removeprefix("+86")
    async with bureau.database.begin() as conn:
        dump = str((await conn.execute(sa.text("SELECT * FROM notices.notice"))).all())
    captured = capsys.readouterr()
    assert "notice.dead" in captured.out + captured.err
    assert digits not in dump and digits not in captured.out + captured.err


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({}, None),
        ({"sms_url": "https://sms.example"}, "SECRET"),
        ({"sms_url": "https://sms.example", "sms_secret": "short", "sms_sign": "某局", "sms_templates": {"case_done": "1"}}, "32 characters"),
        ({"sms_url": "https://sms.example", "sms_secret": "x" * 32, "sms_sign": "某局", "sms_templates": {"birthday": "1"}}, "birthday"),
    ],
)
def test_half_of_the_settings_is_refused_at_the_start(given: dict[str, object], complaint: str | None) -> None:
    if complaint is None:
        assert make(Settings(**given), None, {}) is None
        return
    with pytest.raises(ValueError, match=complaint):
        make(Settings(**given), None, {})
