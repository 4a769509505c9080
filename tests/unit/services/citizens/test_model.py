"""What identity tells, and what it does not."""

from __future__ import annotations

from datetime import date

import phonenumbers
import pytest

from knowledge.schema.library import shared_situations
from services.citizens.adapters.sandbox.provider import shipped
from services.citizens.model import Citizen, Identity, facts
from services.forms.formats.id_number import resident_id

TODAY = date(2026, 11, 21)
PEOPLE = {e["name"]: Citizen(id=f"ct_{e['name']}", display_name="x", identity=Identity.model_validate(e["identity"])) for e in shipped()}


def test_the_sandbox_has_the_people_of_the_contract() -> None:
    assert list(PEOPLE) == ["zhang-wei", "li-na", "chan-tai-man", "wang-guixiang"]
    assert PEOPLE["wang-guixiang"].age(TODAY) == 82 and PEOPLE["wang-guixiang"].is_elder(TODAY)
    assert not any(PEOPLE[n].is_elder(TODAY) for n in PEOPLE if n != "wang-guixiang")


@pytest.mark.parametrize("name", ["zhang-wei", "li-na", "wang-guixiang"])
def test_sandbox_identity_numbers_agree_with_their_owner(name: str) -> None:
    identity = PEOPLE[name].identity
    assert identity is not None
    found = resident_id(identity.id_number)
    assert found and (found.birth_date, found.gender) == (identity.birth_date, identity.gender)


@pytest.mark.parametrize("name", PEOPLE)
def test_sandbox_telephones_are_well_formed(name: str) -> None:
    identity = PEOPLE[name].identity
    assert identity and identity.phone and phonenumbers.is_valid_number(phonenumbers.parse(identity.phone, "CN"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("zhang-wei", {"age16": "adult", "age18": "adult", "hukou": "gz", "residency": "mainland", "district": "440106"}),
        ("li-na", {"age16": "adult", "age18": "adult", "hukou": "out", "residency": "mainland", "district": "440105"}),
        ("chan-tai-man", {"age16": "adult", "age18": "adult", "residency": "hk_macao", "district": "440115"}),
    ],
)
def test_facts_answer_the_shared_situations(name: str, expected: dict[str, str]) -> None:
    assert facts(PEOPLE[name], TODAY) == expected


def test_every_fact_is_an_option_of_its_situation() -> None:
    by_fact = {s.known_from: {o.id for o in s.options} for s in shared_situations().values() if s.known_from}
    assert {"age16", "age18", "hukou", "residency"} <= set(by_fact)
    for citizen in PEOPLE.values():
        for key, value in facts(citizen, TODAY).items():
            assert key == "district" or value in by_fact[key]


@pytest.mark.parametrize(("today", "age", "fact"), [(date(2026, 3, 6), 15, "minor"), (date(2026, 3, 7), 16, "adult")])
def test_a_birthday_changes_the_age_on_the_day(today: date, age: int, fact: str) -> None:
    child = Citizen(id="ct_x", display_name="x", identity=Identity(name="x", id_number="x", birth_date=date(2010, 3, 7), hukou_code="440305"))
    assert child.age(today) == age and facts(child, today)["age16"] == fact and facts(child, today)["hukou"] == "gd"


def test_a_visitor_is_known_nothing_about() -> None:
    visitor = Citizen(id="vs_1", display_name="访客")
    assert not visitor.verified and facts(visitor, TODAY) == {} and not visitor.is_elder(TODAY)
