"""One value against its field, and against the other values it must agree with."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from services.forms.formats import address, choice, codes, dates, id_number, names, phone, plain
from services.forms.formats.wrong import ValueWrong
from services.forms.model import Context, Field
from services.forms.words import words

_PLAIN: dict[str, Callable[[str, Context], str]] = {
    "name": names.check,
    "phone": phone.check,
    "text": plain.check_text,
    "long_text": plain.check_long_text,
    "address": address.check,
    "number": plain.check_number,
    "email": plain.check_email,
    "yes_no": choice.check_yes_no,
    "ethnicity": plain.check_ethnicity,
    "credit_code": codes.check_credit_code,
    "plate": codes.check_plate,
    "vin": codes.check_vin,
    "bank_account": codes.check_bank_account,
    "code": codes.check_code,
}
_UPLOAD = re.compile(r"[A-Za-z]{1,8}_[A-Za-z0-9_-]{1,80}")


def check(field: Field, raw: str, context: Context) -> str:
    """The canonical spelling. Raises :class:`ValueWrong`."""
    if field.format == "select":
        return choice.check(raw, context, options=field.options)
    if field.format == "date":
        return dates.check(raw, context, toward=toward(field), born=_says("born", field))
    if field.format == "id_number":
        own = field.name == "applicant_id"
        document = context.values.get(words()["documents"].get(field.name, ""))
        return id_number.check(raw, context, document=document, own=own)
    if field.format == "image":
        if not _UPLOAD.fullmatch(raw):
            raise ValueWrong("image.attach")
        return raw
    return _PLAIN[field.format](raw, context)


def toward(field: Field) -> dates.Toward:
    """Whether a date field's day has happened or is to come, from its name and label."""
    if _says("past", field) or _says("born", field):
        return "past"
    return "future" if _says("future", field) else "any"


def _says(kind: str, field: Field) -> bool:
    return bool(re.search(words()["dates"][kind], f"{field.name} {field.label}"))


def disagreement(field: Field, value: str, others: Mapping[str, str], labels: Mapping[str, str]) -> ValueWrong | None:
    """What ``value`` contradicts among the other values: a number and the birth date or gender beside it, two people with one number."""
    if field.format == "id_number":
        for name, other in others.items():
            if name != field.name and other == value and _person(name) is not None and _person(name) != _person(field.name):
                return ValueWrong("id_number.same", other=labels.get(name, name))
    owner = _person(field.name)
    if owner is None:
        return None
    number = id_number.resident_id(value if field.format == "id_number" else others.get(f"{owner}_id", ""))
    if number is None:
        return None
    told = {"birth_date": number.birth_date.isoformat(), "gender": number.gender}
    for part, truth in told.items():
        beside = value if field.name in _named(owner, part) else None
        if field.format == "id_number":
            beside = next((others[n] for n in _named(owner, part) if n in others), None)
        if beside is not None and beside != truth:
            return ValueWrong(f"id_number.{part}")
    return None


def derived(field: Field, value: str, fields: Mapping[str, Field]) -> dict[str, str]:
    """What an identity number tells of other fields of its owner (birth date, gender), by field name."""
    owner = _person(field.name)
    number = id_number.resident_id(value) if field.format == "id_number" and owner else None
    if number is None or owner is None:
        return {}
    told = {"birth_date": number.birth_date.isoformat(), "gender": number.gender}
    return {n: v for part, v in told.items() for n in _named(owner, part) if n in fields and fields[n].format in ("date", "select")}


def _person(name: str) -> str | None:
    """Whose identity a field is about: ``spouse`` for ``spouse_id``, ``applicant`` for ``birth_date``."""
    if name in ("birth_date", "gender"):
        return "applicant"
    match = re.fullmatch(r"(.+)_(?:id|birth_date|gender)", name)
    return match[1] if match else None


def _named(owner: str, part: str) -> tuple[str, ...]:
    return (f"{owner}_{part}", part) if owner == "applicant" else (f"{owner}_{part}",)
