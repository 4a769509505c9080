"""The mobile number of a citizen, verified by somebody else than him: by WeChat, which handed it over, or by the identity provider."""

from __future__ import annotations

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from common.masking import shorten
from services.citizens.errors import CitizenUnknown, IdentityUnavailable
from services.citizens.service import CitizenService
from services.contacts.service import Contacts
from services.notices.ports import TryLater

_MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


class Phones:
    def __init__(self, *, citizens: CitizenService, contacts: Contacts):
        self._citizens, self._contacts = citizens, contacts

    async def of(self, *, person_id: str) -> str | None:
        """``+8613800138000``; None where none is known, or only one that takes no SMS. :raises TryLater: the identity provider is away."""
        number = mobile(await self._contacts.phone(person_id=person_id) or "")
        if number is not None:
            return number
        try:
            citizen = await self._citizens.get(person_id=person_id)
        except CitizenUnknown:
            return None
        except IdentityUnavailable as error:
            raise TryLater("identity") from error
        return mobile(citizen.identity.phone or "") if citizen.identity else None


def mobile(written: str) -> str | None:
    """A number of the mainland unless it says otherwise, in E.164."""
    try:
        number = phonenumbers.parse(written, "CN")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number) or phonenumbers.number_type(number) not in _MOBILE:
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def for_his_eyes(number: str) -> str:
    """``138****8000``, ``+852 5****567``."""
    if number.startswith("+86"):
        return shorten("phone", number.removeprefix("+86"))
    return f"{number[:4]} {number[4]}****{number[-3:]}"
