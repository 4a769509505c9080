"""Why a call of another system is refused; nothing of it has had any effect then."""

from __future__ import annotations

from common.errors import Conflict, NotFound, Unauthenticated


class UnknownClient(NotFound):
    code = "channel.unknown_client"


class BadSignature(Unauthenticated):
    """Missing, malformed, wrong, or made too long ago (``fields`` say which, for whoever is plugging his system in)."""

    code = "channel.bad_signature"


class Replayed(Conflict):
    """The nonce was used before."""

    code = "channel.replayed"


class OtherCitizen(Conflict):
    """Somebody else has proved who he is under this user already."""

    code = "channel.other_citizen"


class MayNotIdentify(Unauthenticated):
    """This system is not trusted to say who somebody is."""

    code = "channel.may_not_identify"
    status = 403
