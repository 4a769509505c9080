"""What can go wrong with citizens."""

from __future__ import annotations

from common.errors import Forbidden, NotFound, Unavailable


class CitizenUnknown(NotFound):
    code = "citizens.unknown"


class SandboxOff(Forbidden):
    """A sandbox citizen was asked for where the identities are real."""

    code = "citizens.sandbox_off"


class IdentityUnavailable(Unavailable):
    """The identity provider did not answer; never read as "not verified"."""

    code = "citizens.provider_unavailable"
