"""The door of appointments: halls, days and slots, hold → book → move → cancel, the entry and the code to take along.

What is exported here may be used by other packages; the rest is private. The booking itself is a provider's
(:mod:`services.appointments.ports`); ``services.bootstrap`` chooses it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from common.clock import Clock
from common.signing import Signer
from knowledge.schema.hall import Hall
from knowledge.schema.hall_library import district_code, districts, shipped_halls
from services.appointments import errors, visit
from services.appointments.calendar import DayStatus, WorkingCalendar
from services.appointments.errors import AppointmentExists, HallNotFound, LinkInvalid, SlotTaken
from services.appointments.halls import HallOffer, notes_on, offers
from services.appointments.model import Appointment, Day, Slot
from services.appointments.ports import AppointmentProvider
from services.appointments.words import green_lane
from services.messages import model as messages
from services.messages.payloads import PickSlot

__all__ = [
    "Appointment", "AppointmentExists", "AppointmentProvider", "AppointmentService", "Day", "DayStatus", "HallOffer", "Slot", "SlotTaken",
    "WorkingCalendar", "district_code", "districts", "errors", "green_lane",
]  # fmt: skip

_PURPOSE = "appointment.visit"


def _pick(slot_id: str) -> str:
    return str(PickSlot(slot_id=slot_id))


class AppointmentService:
    def __init__(
        self, *, provider: AppointmentProvider, clock: Clock, signer: Signer, halls: Mapping[str, Hall] | None = None,
        payload_for_slot: Callable[[str], str] = _pick,
    ):  # fmt: skip
        self._provider, self._clock, self._signer, self._payload = provider, clock, signer, payload_for_slot
        self._halls = shipped_halls() if halls is None else halls

    # -- where ------------------------------------------------------------------------------------------------------------
    async def halls(self, *, lines: str | Iterable[str], district: str | None = None, limit: int = 5) -> list[HallOffer]:
        """Halls that take one of the lines (``Booking.lines`` of a guide), nearest to ``district`` (name or code) first."""
        return offers(self._halls, [lines] if isinstance(lines, str) else lines, district=district, limit=limit)

    def hall(self, *, hall_id: str) -> Hall:
        """Raises ``HallNotFound``."""
        try:
            return self._halls[hall_id]
        except KeyError:
            raise HallNotFound() from None

    # -- when -------------------------------------------------------------------------------------------------------------
    async def days(
        self, *, hall_id: str, line: str, start: date | None = None, days: int = 7, person_id: str | None = None, closed: bool = False
    ) -> list[Day]:
        """The next ``days`` open days with their slots; the person's own hold counts as free for them. Raises ``HallNotFound``.

        A day whose 调休 is not announced has ``provisional`` and a ``note``. ``closed=True`` adds the days between with why they are closed.
        """
        return await self._provider.days(hall_id=hall_id, line=line, start=start, days=days, person_id=person_id, closed=closed)

    # -- what -------------------------------------------------------------------------------------------------------------
    async def hold(
        self, *, slot_id: str, person_id: str, guide_id: str, turn_id: str, bring: Sequence[str] = (),
        title: str | None = None, lines: Sequence[str] | None = None,
    ) -> Appointment:  # fmt: skip
        """Keeps a place for ten minutes. ``title`` is the item's name for the calendar entry; ``lines`` the guide's, against which the slot
        and every later move is checked. Errors: :meth:`AppointmentProvider.hold`.
        """
        return await self._provider.hold(
            slot_id=slot_id, person_id=person_id, guide_id=guide_id, turn_id=turn_id, bring=bring, title=title, lines=lines
        )

    async def confirm(self, *, appointment_id: str, person_id: str, turn_id: str) -> Appointment:
        return await self._provider.confirm(appointment_id=appointment_id, person_id=person_id, turn_id=turn_id)

    async def reschedule(self, *, appointment_id: str, slot_id: str, person_id: str, turn_id: str) -> Appointment:
        return await self._provider.reschedule(appointment_id=appointment_id, slot_id=slot_id, person_id=person_id, turn_id=turn_id)

    async def cancel(self, *, appointment_id: str, person_id: str, turn_id: str) -> Appointment:
        return await self._provider.cancel(appointment_id=appointment_id, person_id=person_id, turn_id=turn_id)

    async def get(self, *, appointment_id: str, person_id: str | None = None) -> Appointment:
        """With ``person_id``, someone else's is ``AppointmentNotFound``; without, the caller answers for who may see it."""
        found = await self._provider.get(appointment_id=appointment_id)
        if person_id is not None and found.person_id != person_id:
            raise errors.AppointmentNotFound()
        return found

    async def active(self, *, person_id: str) -> list[Appointment]:
        """Held and booked visits still to come, the next first."""
        return await self._provider.active(person_id=person_id)

    async def complete(self, *, appointment_id: str, staff_id: str) -> Appointment:
        return await self._provider.visited(appointment_id=appointment_id, came=True, staff_id=staff_id)

    async def no_show(self, *, appointment_id: str, staff_id: str) -> Appointment:
        return await self._provider.visited(appointment_id=appointment_id, came=False, staff_id=staff_id)

    # -- as messages --------------------------------------------------------------------------------------------------------
    def slots_message(self, *, guide_id: str, hall_id: str, days: Sequence[Day]) -> messages.Slots:
        """The days that have slots, each slot with the payload that picks it."""
        shown = [
            messages.Day(date=day.date, weekday=day.weekday, slots=[self._slot(s) for s in day.slots], note=day.note) for day in days if day.slots
        ]
        return messages.Slots(guide_id=guide_id, hall=self._hall(hall_id), days=shown)

    def message(self, appointment: Appointment) -> messages.Appointment:
        """With signed links to the calendar entry and the QR code."""
        a = appointment
        key = self._signer.sign(purpose=_PURPOSE, id=a.id)
        return messages.Appointment(
            appointment_id=a.id, code=a.code, state=a.state, guide_id=a.guide_id, hall=self._hall(a.hall_id), start=a.start, end=a.end,
            bring=list(a.bring),
            ics_url=f"/api/appointments/{a.id}/visit.ics?key={key}",
            qr_url=f"/api/appointments/{a.id}/qr.svg?key={key}",
        )  # fmt: skip

    def hall_notes(self, *, hall_id: str, line: str) -> tuple[str, ...]:
        """What to tell before someone sets out there."""
        return notes_on(self.hall(hall_id=hall_id), line)

    # -- behind signed links ------------------------------------------------------------------------------------------------
    async def visit_ics(self, *, appointment_id: str, key: str) -> bytes:
        """``text/calendar``. Raises ``LinkInvalid``, ``AppointmentNotFound``."""
        return self.calendar_entry(await self._linked(appointment_id, key))

    def calendar_entry(self, appointment: Appointment) -> bytes:
        """``text/calendar``, for whoever may see the visit anyway."""
        return visit.calendar_entry(appointment, self.hall(hall_id=appointment.hall_id), now=self._clock.now())

    async def qr_svg(self, *, appointment_id: str, key: str) -> bytes:
        """``image/svg+xml``. Raises ``LinkInvalid``, ``AppointmentNotFound``."""
        return visit.qr_svg((await self._linked(appointment_id, key)).code)

    async def qr_png(self, *, appointment_id: str, key: str) -> bytes:
        """``image/png``, for channels that show no SVG."""
        return visit.qr_png((await self._linked(appointment_id, key)).code)

    async def _linked(self, appointment_id: str, key: str) -> Appointment:
        if not self._signer.verify(purpose=_PURPOSE, id=appointment_id, key=key):
            raise LinkInvalid()
        return await self._provider.get(appointment_id=appointment_id)

    def _hall(self, hall_id: str) -> messages.Hall:
        hall = self.hall(hall_id=hall_id)
        return messages.Hall(id=hall.id, name=hall.name, address=hall.address, district=hall.district)

    def _slot(self, slot: Slot) -> messages.Slot:
        return messages.Slot(slot_id=slot.slot_id, start=slot.start, end=slot.end, left=slot.left, payload=self._payload(slot.slot_id))
