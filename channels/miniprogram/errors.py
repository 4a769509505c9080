"""What can go wrong when a citizen of the mini-program signs in, gives his number, or allows messages. Nothing has changed then."""

from __future__ import annotations

from common.errors import Forbidden, InvalidInput, TooMany, Unauthenticated, Unavailable


class LoginCodeInvalid(Unauthenticated):
    """The code of ``wx.login`` was used, ran out (5 minutes), or never was one (40029, 40163)."""

    code = "miniprogram.login_code"


class PhoneCodeInvalid(InvalidInput):
    """The code of the phone button was used, ran out (5 minutes), or never was one."""

    code = "miniprogram.phone_code"


class AccountBlocked(Forbidden):
    """The platform holds this WeChat account for a risk (40226)."""

    code = "miniprogram.blocked"


class PlatformAway(Unavailable):
    """The platform is not reached, is busy, or does not know our secrets."""

    code = "miniprogram.platform_away"


class TooOften(TooMany):
    """The platform counts him, or us, as too fast (45011, 45009)."""

    code = "miniprogram.too_often"


class NotSignedInHere(Forbidden):
    """The session is not one of a WeChat account, so there is nobody to be sent messages."""

    code = "miniprogram.not_wechat"


class TemplateUnknown(InvalidInput):
    """Not a template of ours."""

    code = "miniprogram.template"
