"""The other end of ``adapters.http``: a booking platform that speaks the protocol, with our own platform behind it."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import httpx

from common.errors import BangbanError
from services.appointments.adapters.http import wire
from services.appointments.ports import AppointmentProvider

_TOKEN = "token for tests"


def platform_client(platform: httpx.AsyncBaseTransport) -> httpx.AsyncClient:
    """A client as ``services.bootstrap`` would make it, speaking to a platform in memory."""
    return httpx.AsyncClient(base_url="https://booking.example/v1/", headers={"Authorization": f"Bearer {_TOKEN}"}, transport=platform)


class BookingPlatform(httpx.AsyncBaseTransport):
    """Answers in memory; ``lose`` is how many of the next answers get lost after the work was done."""

    def __init__(self, behind: AppointmentProvider):
        self.behind, self.lose, self.calls = behind, 0, 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.calls += 1
        if request.headers.get("authorization") != f"Bearer {_TOKEN}":
            return httpx.Response(401, json={"error": {"code": "system.unauthenticated"}})
        try:
            answer = httpx.Response(200, json=await self._work(request))
        except BangbanError as error:
            answer = httpx.Response(error.status, json=wire.error_to_json(error))
        if self.lose:
            self.lose -= 1
            raise httpx.ReadTimeout("the answer got lost", request=request)
        return answer

    async def _work(self, request: httpx.Request) -> Any:
        path, query = request.url.path.removeprefix("/v1"), dict(request.url.params)
        body = json.loads(request.content) if request.content else {}
        if request.method == "POST" and not path.endswith("/visited"):
            body["turn_id"] = request.headers["idempotency-key"]
        if match := re.fullmatch(r"/halls/([^/]+)/lines/([^/]+)/days", path):
            found = await self.behind.days(
                hall_id=match[1], line=match[2], start=date.fromisoformat(query["start"]) if "start" in query else None,
                days=int(query["days"]), person_id=query.get("person_id"), closed=query["closed"] == "true",
            )  # fmt: skip
            return wire.days.dump_python(found, mode="json")
        if path == "/appointments" and request.method == "GET":
            return wire.appointments.dump_python(await self.behind.active(person_id=query["person_id"]), mode="json")
        if path == "/appointments":
            return wire.appointment.dump_python(await self.behind.hold(**body), mode="json")
        _, _, appointment_id, *what = path.split("/")
        work = getattr(self.behind, what[0]) if what else self.behind.get
        return wire.appointment.dump_python(await work(appointment_id=appointment_id, **body), mode="json")
