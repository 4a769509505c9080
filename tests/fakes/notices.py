"""Ways that notices go by, made up, and the services whose changes are told, on a real database."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import Any

from common.clock import FixedClock
from common.database import Database
from common.signing import Signer
from common.vault import Vault
from services.appointments.adapters.local import LocalProvider
from services.appointments.errors import Busy
from services.appointments.model import Appointment
from services.appointments.service import AppointmentService
from services.cases.model import Application, Case
from services.cases.service import CaseService
from services.deliveries.stopping import Stops
from services.notices.model import Kind, Notice
from services.notices.service import Notices

HALL, LINE = "guangzhou-zhengwu", "id_card"


@dataclass
class Way:
    """Reaches whom it is told, and answers with ``answers`` in order (an error is raised), then with a yes."""

    name: str = "sms"
    reaches: set[str] = field(default_factory=lambda: {"ct_1"})
    answers: list[Exception | str | None] = field(default_factory=list)
    sent: list[Notice] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)  # keys
    away: Exception | None = None  # what asking whom it reaches ends with
    gate: asyncio.Event | None = None

    async def can_reach(self, *, person_id: str, kind: Kind) -> bool:
        if self.away:
            raise self.away
        return person_id in self.reaches

    async def send(self, *, notice: Notice, key: str) -> str | None:
        self.tried.append(key)
        if self.gate:
            await self.gate.wait()
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        self.sent.append(notice)
        return answer

    async def shown(self, *, person_id: str) -> str | None:
        return "138****8000" if person_id in self.reaches else None

    async def close(self) -> None:
        """Nothing is open."""

    @property
    def kinds(self) -> list[Kind]:
        return [notice.kind for notice in self.sent]


class Bureau:
    """Visits and cases whose changes are told, and one gateway's worker. Several may share a database."""

    def __init__(self, database: Database, vault: Vault, clock: FixedClock, *ways: Any, worker: str = "gateway-0", **options: Any) -> None:
        self.database, self.vault, self.clock = database, vault, clock
        self.signer = Signer(["k"])
        self.visits = LocalProvider(database=database, clock=clock)
        self.appointments = AppointmentService(provider=self.visits, clock=clock, signer=self.signer)
        self.cases = CaseService(database=database, clock=clock, vault=vault, signer=self.signer)
        self.stops = Stops(database=database, clock=clock)
        self.notices = Notices(
            database=database, clock=clock, vault=vault, signer=self.signer, visits=self.visits, stops=self.stops, worker=worker, order=("wechat", "sms"),
            look_s=0.2, patience_s=600, **options,
        )  # fmt: skip
        self.visits.changed.append(self.notices.causes.visit_changed)
        self.cases.moved.append(self.notices.causes.case_moved)
        self.ways = {way.name: way for way in ways}
        self._turn = 0

    def turn(self) -> str:
        self._turn += 1
        return f"tn_{self._turn}"

    async def booked(self, *, person: str = "ct_1", days: int = 1, title: str = "居民身份证补领") -> Appointment:
        """A visit on the ``days``-th open day from now, in the last slot that is free."""
        found = await self.visits.days(hall_id=HALL, line=LINE, days=days + 1, person_id=person)
        held = await self.visits.hold(
            slot_id=next(s.slot_id for s in reversed(found[days].slots) if s.left), person_id=person, guide_id=f"g-{self._turn}", turn_id=self.turn(), lines=[LINE], title=title,
            bring=["户口簿", "照片回执"],
        )  # fmt: skip
        return await self.visits.confirm(appointment_id=held.id, person_id=person, turn_id=self.turn())

    async def cancel(self, visit: Appointment) -> Appointment:
        """However often it is told that others are first."""
        turn_id = self.turn()
        while True:
            with contextlib.suppress(Busy):
                return await self.visits.cancel(appointment_id=visit.id, person_id=visit.person_id, turn_id=turn_id)

    async def move(self, visit: Appointment, *, days: int) -> Appointment:
        found = await self.visits.days(hall_id=HALL, line=LINE, days=days + 1, person_id=visit.person_id)
        return await self.visits.reschedule(
            appointment_id=visit.id, slot_id=found[days].slots[0].slot_id, person_id=visit.person_id, turn_id=self.turn()
        )

    async def submitted(self, *, person: str = "ct_1", name: str = "居民身份证补领") -> Case:
        application = Application(title=name, department=None, fields=[], materials=[])
        async with self.database.begin() as conn:
            return await self.cases.create(
                conn, person_id=person, form_id=f"fm_{self.turn()}", guide_id="g", guide_version=1, guide_name=name, application=application
            )

    async def look(self) -> int:
        """One look of the worker."""
        return await self.notices.worker.look(self.ways)
