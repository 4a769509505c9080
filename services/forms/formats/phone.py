"""Contact telephones: a mainland mobile; for 港澳 people also a Hong Kong or Macao one."""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType

from services.forms.formats.wrong import ValueWrong
from services.forms.model import Context

_MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
_HOME = {86: "CN", 852: "HK", 853: "MO"}


def check(raw: str, context: Context) -> str:
    """11 digits for the mainland, ``+85251234567`` / ``+85366123456`` for Hong Kong and Macao."""
    written = raw.strip()
    digits = re.sub(r"\D", "", written)
    if not digits:
        raise ValueWrong("phone.none")
    number = _mobile(written, digits, context)
    if number is None:
        raise _reason(digits, context)
    return str(number.national_number) if number.country_code == 86 else f"+{number.country_code}{number.national_number}"


def _mobile(written: str, digits: str, context: Context) -> PhoneNumber | None:
    abroad = context.residency != "mainland"
    regions = ["CN", *(["HK", "MO"] if context.residency == "hk_macao" else [])]
    for region in regions:
        # 86138… and 852… are often written without the plus.
        for text in (written, f"+{digits}") if digits[:2] in ("86", "85") else (written,):
            number = _parse(text, region)
            if number and (number.country_code == 86 or abroad) and phonenumbers.number_type(number) in _MOBILE:
                return number
    return None


def _parse(text: str, region: str) -> PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException:
        return None
    return number if number.country_code in _HOME and phonenumbers.is_valid_number(number) else None


def _reason(digits: str, context: Context) -> ValueWrong:
    if context.residency == "mainland" and digits.startswith(("852", "853")) and len(digits) == 11:
        return ValueWrong("phone.mainland_only")
    if digits.startswith("0") or (digits[0] != "1" and len(digits) in (7, 8) and context.residency != "hk_macao"):
        return ValueWrong("phone.fixed")
    if len(digits) != 11 and not (digits.startswith("86") and len(digits) == 13):
        return ValueWrong("phone.length_hk" if context.residency == "hk_macao" else "phone.length", count=len(digits))
    return ValueWrong("phone.unknown")
