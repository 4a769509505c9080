"""Why somebody is not let in, or may not do something."""

from __future__ import annotations

from common.errors import Conflict, Forbidden, InvalidInput, NotFound, TooMany, Unauthenticated


class WrongPassword(Unauthenticated):
    """Also for a user name that does not exist: both look the same from outside."""

    code = "staff.wrong_password"


class LockedOut(TooMany):
    """Too many failures. Data: ``minutes`` until the next try."""

    code = "staff.locked_out"


class NotSignedIn(Unauthenticated):
    code = "staff.not_signed_in"


class NotPermitted(Forbidden):
    """The role does not carry the permission; ``fields`` name it."""

    code = "staff.not_permitted"


class StaffUnknown(NotFound):
    code = "staff.unknown"


class UsernameTaken(Conflict):
    code = "staff.username_taken"


class PasswordTooShort(InvalidInput):
    """Data: ``least`` characters."""

    code = "staff.password_too_short"


class RoleUnknown(InvalidInput):
    code = "staff.role_unknown"
