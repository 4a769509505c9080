"""Asks a city's booking platform, which then owns slots, capacity and limits. Nothing is kept here.

A change carries the turn as ``Idempotency-Key``, so a call that got no answer is made once more and done once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

import httpx
from pydantic import TypeAdapter, ValidationError

from services.appointments.adapters.http import wire
from services.appointments.errors import ProviderUnavailable
from services.appointments.model import Appointment, Day, SlotKey

_ATTEMPTS = 2


class HttpProvider:
    """:class:`~services.appointments.ports.AppointmentProvider` through ``client``, which carries base address, token and time limit."""

    def __init__(self, *, client: httpx.AsyncClient):
        self._client = client

    async def days(
        self, *, hall_id: str, line: str, start: date | None = None, days: int = 7, person_id: str | None = None, closed: bool = False
    ) -> list[Day]:
        params = {"start": start and start.isoformat(), "days": days, "person_id": person_id, "closed": str(closed).lower()}
        path = f"halls/{quote(hall_id, safe='')}/lines/{quote(line, safe='')}/days"
        return await self._call("GET", path, wire.days, params={k: v for k, v in params.items() if v is not None})

    async def hold(
        self, *, slot_id: str, person_id: str, guide_id: str, turn_id: str, bring: Sequence[str] = (),
        title: str | None = None, lines: Sequence[str] | None = None,
    ) -> Appointment:  # fmt: skip
        SlotKey.parse(slot_id)
        body = {
            "slot_id": slot_id, "person_id": person_id, "guide_id": guide_id, "bring": list(bring), "title": title,
            "lines": None if lines is None else list(lines),
        }  # fmt: skip
        return await self._call("POST", "appointments", wire.appointment, body=body, turn_id=turn_id)

    async def confirm(self, *, appointment_id: str, person_id: str, turn_id: str) -> Appointment:
        return await self._change(appointment_id, "confirm", turn_id, person_id=person_id)

    async def reschedule(self, *, appointment_id: str, slot_id: str, person_id: str, turn_id: str) -> Appointment:
        SlotKey.parse(slot_id)
        return await self._change(appointment_id, "reschedule", turn_id, person_id=person_id, slot_id=slot_id)

    async def cancel(self, *, appointment_id: str, person_id: str, turn_id: str) -> Appointment:
        return await self._change(appointment_id, "cancel", turn_id, person_id=person_id)

    async def get(self, *, appointment_id: str) -> Appointment:
        return await self._call("GET", f"appointments/{quote(appointment_id, safe='')}", wire.appointment)

    async def active(self, *, person_id: str) -> list[Appointment]:
        return await self._call("GET", "appointments", wire.appointments, params={"person_id": person_id})

    async def visited(self, *, appointment_id: str, came: bool, staff_id: str) -> Appointment:
        return await self._change(appointment_id, "visited", None, came=came, staff_id=staff_id)

    async def _change(self, appointment_id: str, what: str, turn_id: str | None, **body: Any) -> Appointment:
        path = f"appointments/{quote(appointment_id, safe='')}/{what}"
        return await self._call("POST", path, wire.appointment, body=body, turn_id=turn_id)

    async def _call(
        self, method: str, path: str, shape: TypeAdapter[Any], *, params: dict[str, Any] | None = None, body: Any = None, turn_id: str | None = None
    ) -> Any:
        headers = {"Idempotency-Key": turn_id} if turn_id else {}
        response = await self._send(method, path, params=params, json=body, headers=headers)
        try:
            answer = response.json()
            if response.is_success:
                return shape.validate_python(answer)
        except (ValueError, ValidationError) as error:
            raise ProviderUnavailable() from error
        raise wire.error_from_json(answer)

    async def _send(self, method: str, path: str, **request: Any) -> httpx.Response:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return await self._client.request(method, path, **request)
            except httpx.TransportError as error:
                if attempt == _ATTEMPTS:
                    raise ProviderUnavailable() from error
        raise AssertionError("unreachable")
