"""Identity numbers: 居民身份证 (GB 11643), 港澳台 permits, passports.

python-stdnum's ``ric.validate`` is not used whole: it refuses a number whose county did not exist yet at the owner's birth, but numbers were
given out from 1984 on with the county of that day, so every elder of a younger county (越秀 before 1983) would be turned away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from services.forms.formats.wrong import ValueWrong
from services.forms.model import Context

_PROVINCES = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91")
_HK_MACAO = re.compile(r"[HM]\d{8}(?:\d{2})?")
_TAIWAN = re.compile(r"\d{8}")
_PASSPORT = re.compile(r"(?=.*\d)[A-Z0-9]{5,17}")
_BY_RESIDENCY: dict[str | None, tuple[str, ...]] = {
    "mainland": ("id_card",),
    "hk_macao": ("hk_macao_permit", "id_card"),
    "taiwan": ("taiwan_permit", "id_card"),
    "foreign": ("passport",),
    None: ("id_card", "hk_macao_permit"),
}


@dataclass(frozen=True)
class ResidentId:
    """A well-formed 18-digit number and what it says of its owner."""

    number: str
    birth_date: date
    gender: Literal["male", "female"]


def compact(raw: str) -> str:
    return re.sub(r"[\s\-·.]", "", raw).upper()


def resident_id(raw: str) -> ResidentId | None:
    """The number read, or ``None`` if it is not a right one."""
    try:
        return _resident(compact(raw))
    except ValueWrong:
        return None


def _resident(number: str) -> ResidentId:
    if len(number) == 15 and number.isdigit():
        raise ValueWrong("id_number.old")
    if len(number) != 18:
        raise ValueWrong("id_number.length", count=len(number))
    if not (number[:17].isascii() and number[:17].isdigit() and (number[17].isdigit() or number[17] == "X")):
        raise ValueWrong("id_number.characters")
    if number[-1] != ric.calc_check_digit(number) or not _PROVINCES.match(number):
        raise ValueWrong("id_number.checksum")
    try:
        born = ric.get_birth_date(number)
    except ValidationError:
        raise ValueWrong("id_number.date") from None
    return ResidentId(number, born, "male" if int(number[16]) % 2 else "female")


def check(raw: str, context: Context, *, document: str | None = None, own: bool = True) -> str:
    """The number without blanks, capitals. ``document`` is the kind the citizen chose; ``own`` the applicant's own number, whose kind
    his residency tells; somebody else's may be a resident's or a permit of Hong Kong and Macao."""
    number = compact(raw)
    kinds = (document,) if document else _BY_RESIDENCY[context.residency if own else None]
    if "hk_macao_permit" in kinds and _HK_MACAO.fullmatch(number):
        return number
    if "taiwan_permit" in kinds and _TAIWAN.fullmatch(number):
        return number
    if "passport" in kinds and _PASSPORT.fullmatch(number):
        return number
    if "id_card" not in kinds:
        raise ValueWrong(f"id_number.{kinds[0]}")
    found = _resident(number)
    if not date(1880, 1, 1) <= found.birth_date <= context.today:
        raise ValueWrong("id_number.date")
    return found.number
