"""Why a call that claims to come from the platform is refused. Nothing of the call is believed, stored or logged."""

from __future__ import annotations

from common.errors import InvalidInput, Unauthenticated


class Forged(Unauthenticated):
    """The signature, the receiver or the encryption does not fit: whoever sent this does not know our secrets."""

    code = "wechat.forged"


class Stale(Unauthenticated):
    """Signed, but too long ago (or ahead): a recorded call that is played again."""

    code = "wechat.stale"


class Malformed(InvalidInput):
    """Not the XML of a push."""

    code = "wechat.malformed"
