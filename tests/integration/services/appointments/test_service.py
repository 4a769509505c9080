"""The door: messages as the contract has them, links that open only what they were made for."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from common.clock import FixedClock, iso
from common.database import Database
from common.errors import error_message
from common.signing import Signer
from services.appointments import errors
from services.appointments.adapters.local import LocalProvider
from services.appointments.model import Appointment
from services.appointments.service import AppointmentService
from services.messages.payloads import PickSlot, parse_payload

HALL, LINE = "guangzhou-zhengwu", "id_card"


@pytest.fixture
def service(database: Database, clock: FixedClock) -> AppointmentService:
    return AppointmentService(provider=LocalProvider(database=database, clock=clock), clock=clock, signer=Signer(["a secret for tests"]))


async def booked(service: AppointmentService, person: str = "ct_1") -> Appointment:
    [day] = await service.days(hall_id=HALL, line=LINE, days=1)
    held = await service.hold(
        slot_id=day.slots[0].slot_id, person_id=person, guide_id="g1", turn_id="tn_1", bring=["居民户口簿"], title="补领", lines=[LINE]
    )
    return await service.confirm(appointment_id=held.id, person_id=person, turn_id="tn_2")


async def test_halls_are_found_for_one_line_or_several(service: AppointmentService) -> None:
    assert (await service.halls(lines=LINE, district="天河区"))[0].hall.id == HALL
    assert len(await service.halls(lines=["marriage", "adoption"], limit=3)) == 3


async def test_the_slots_message_shows_open_days_and_payloads_that_pick(service: AppointmentService) -> None:
    days = await service.days(hall_id=HALL, line=LINE, days=4, closed=True)
    message = service.slots_message(guide_id="g1", hall_id=HALL, days=days)
    assert [d.weekday for d in message.days] == ["周三", "周四", "周五", "周一"] and message.hall.district == "天河区"
    slot = message.days[0].slots[0]
    assert parse_payload(slot.payload) == PickSlot(slot_id=slot.slot_id)
    assert message.model_dump(mode="json")["days"][0]["slots"][0]["start"] == "2026-03-18T11:00:00+08:00"


async def test_the_appointment_message_is_the_contracts(service: AppointmentService) -> None:
    made = await booked(service)
    message = service.message(made).model_dump(mode="json")
    assert (message["state"], message["code"], message["bring"], message["start"]) == ("booked", made.code, ["居民户口簿"], iso(made.start))
    assert message["hall"]["address"] and message["ics_url"].startswith(f"/api/appointments/{made.id}/visit.ics?key=")


async def test_the_links_open_the_entry_and_the_picture(service: AppointmentService) -> None:
    made = await booked(service)
    key = parse_qs(urlsplit(service.message(made).ics_url).query)["key"][0]
    assert (await service.visit_ics(appointment_id=made.id, key=key)).startswith(b"BEGIN:VCALENDAR")
    assert (await service.qr_svg(appointment_id=made.id, key=key)).startswith(b"<svg")
    assert (await service.qr_png(appointment_id=made.id, key=key)).startswith(b"\x89PNG")


@pytest.mark.parametrize("key", ["", "0" * 32, "schlüssel"])
async def test_a_link_with_a_wrong_key_opens_nothing(service: AppointmentService, key: str) -> None:
    made = await booked(service)
    for open_it in (service.visit_ics, service.qr_svg, service.qr_png):
        with pytest.raises(errors.LinkInvalid):
            await open_it(appointment_id=made.id, key=key)


async def test_the_key_of_one_visit_does_not_open_another(service: AppointmentService) -> None:
    mine, theirs = await booked(service, "ct_1"), await booked(service, "ct_2")
    key = parse_qs(urlsplit(service.message(mine).qr_url).query)["key"][0]
    with pytest.raises(errors.LinkInvalid):
        await service.visit_ics(appointment_id=theirs.id, key=key)


async def test_somebody_elses_visit_is_not_found_when_asked_for_by_person(service: AppointmentService) -> None:
    made = await booked(service)
    with pytest.raises(errors.AppointmentNotFound):
        await service.get(appointment_id=made.id, person_id="ct_2")


async def test_the_hall_records_who_came(service: AppointmentService, clock: FixedClock) -> None:
    made = await booked(service)
    clock.moment = made.end
    assert (await service.no_show(appointment_id=made.id, staff_id="st_1")).state == "no_show"
    assert (await service.complete(appointment_id=made.id, staff_id="st_1")).state == "completed"


def test_every_error_has_words() -> None:
    classes = [c for c in vars(errors).values() if isinstance(c, type) and getattr(c, "code", "").startswith("appointments.")]
    assert len(classes) == 12
    for error in classes:
        assert error_message(error.code, limit=2)
