"""What can go wrong with e-licences."""

from __future__ import annotations

from common.errors import Unavailable


class LicencesUnavailable(Unavailable):
    """The licence store did not answer; never read as "has none"."""

    code = "licences.provider_unavailable"
