"""Why a notice could not be sent, and what can be wrong with what a citizen wishes.

The first are those of the deliveries, so that code that speaks to a platform raises the same for both.
"""

from __future__ import annotations

from common.errors import Forbidden, InvalidInput, NotFound, TooMany, Unavailable
from services.deliveries.errors import Gone, Refused, SendFailed, TryLater

__all__ = [
    "AddressInvalid", "CodeWrong", "Gone", "LinkInvalid", "MailOff", "MailUnavailable", "NotNow", "NotVerified", "NoticeUnknown", "Refused",
    "SendFailed", "TooManyCodes", "TryLater", "Unsure", "WayUnknown",
]  # fmt: skip


class Unsure(TryLater):
    """It may have been sent: its answer got lost, and there is no key by which the platform would know it again."""


class NotNow(TryLater):
    """It was certainly not sent, and will not be for a while (the day's quota is used up, the account lost a right): another way may be
    used at once, and this one again when there is no other."""


class NotVerified(Forbidden):
    """Only who has proved his identity may have mail sent."""

    code = "notices.not_verified"


class WayUnknown(InvalidInput):
    code = "notices.way_unknown"


class AddressInvalid(InvalidInput):
    """It cannot be an e-mail address."""

    code = "notices.address_invalid"


class CodeWrong(InvalidInput):
    """Not the code that was sent, or too late, or tried too often."""

    code = "notices.code_wrong"


class TooManyCodes(TooMany):
    code = "notices.too_many_codes"


class MailOff(NotFound):
    """No mail server is configured here."""

    code = "notices.mail_off"


class MailUnavailable(Unavailable):
    code = "notices.mail_unavailable"


class LinkInvalid(Forbidden):
    code = "notices.link_invalid"


class NoticeUnknown(NotFound):
    code = "notices.unknown"
