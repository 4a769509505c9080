"""The service over licences."""

from __future__ import annotations

from datetime import datetime

import pytest
from pydantic import ValidationError

from common.clock import FixedClock
from services.citizens.adapters.sandbox.provider import shipped as people
from services.licences.adapters.sandbox.provider import shipped
from services.licences.model import Licence
from services.licences.service import LicenceService


class _Fixed:
    async def licences(self, *, person_id: str) -> list[Licence]:
        return [Licence.model_validate(e) for e in shipped()["li-na"]]


async def test_an_expired_licence_is_left_out_unless_asked_for() -> None:
    service = LicenceService(provider=_Fixed(), clock=FixedClock(datetime(2027, 3, 2)))
    assert "residence_permit" not in {x.kind for x in await service.list_for(person_id="ct_li-na")}
    assert "residence_permit" in {x.kind for x in await service.list_for(person_id="ct_li-na", expired=True)}
    on_the_last_day = LicenceService(provider=_Fixed(), clock=FixedClock(datetime(2027, 3, 1, 23, 59)))
    assert "residence_permit" in {x.kind for x in await on_the_last_day.list_for(person_id="ct_li-na")}


async def test_a_visitor_holds_nothing_and_nobody_is_asked() -> None:
    assert await LicenceService(provider=_Fixed(), clock=FixedClock(datetime(2026, 3, 1))).list_for(person_id="vs_1") == []


def test_licences_of_unknown_kinds_are_refused() -> None:
    with pytest.raises(ValidationError):
        Licence(kind="fishing_permit", number="1", holder="x")


def test_sandbox_licences_belong_to_sandbox_people_and_carry_their_numbers() -> None:
    numbers = {e["name"]: e["identity"]["id_number"] for e in people()}
    assert set(shipped()) == set(numbers)
    for name, entries in shipped().items():
        for entry in entries:
            if entry["kind"] in ("id_card", "hk_macao_permit"):
                assert entry["number"] == numbers[name]
