"""The pictures of ours that a channel sends: found by their signed paths, so that nobody is shown one by its name alone."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from channels.base import Refused
from common.errors import BangbanError
from services.bootstrap import Services

_VISIT = re.compile(r"/api/appointments/([A-Za-z0-9_]+)/qr\.svg")


async def drawn(services: Services, page: str) -> bytes:
    """A PNG. :raises Refused: it is no path of a picture, or opens nothing (any more)."""
    address = urlsplit(page)
    found, key = _VISIT.fullmatch(address.path), (parse_qs(address.query).get("key") or [""])[0]
    if found is None:
        raise Refused("picture")
    try:
        return await services.appointments.qr_png(appointment_id=found[1], key=key)
    except BangbanError as error:
        raise Refused("picture") from error
