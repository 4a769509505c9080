"""What a booking platform must do for us: our own (``adapters.local``) or a city's (``adapters.http``), under one contract suite."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Literal, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from services.appointments.model import Appointment, Day

Change = Literal["booked", "moved", "cancelled"]  # of a visit that is booked or was; holds come and go unsaid
Listener = Callable[[AsyncConnection, Appointment, Change], Awaitable[None]]


class HoldKeeper(Protocol):
    """A platform that keeps holds itself and so has to write down which ran out."""

    async def tidy(self) -> int:
        """How many holds had run out."""


class AppointmentProvider(Protocol):
    """Every method that changes something takes the turn that asked for it: the same call for the same turn is done once.

    All may raise :class:`~services.appointments.errors.Busy` or ``ProviderUnavailable``; the same call may then be made again.
    """

    async def days(
        self, *, hall_id: str, line: str, start: date | None = None, days: int = 7, person_id: str | None = None, closed: bool = False
    ) -> list[Day]:
        """The next ``days`` open days from ``start`` (or from now) within what can be booked, each with all slots that have not begun.

        ``closed=True`` lists closed days between them too. Raises ``HallNotFound``.
        """

    async def hold(
        self, *, slot_id: str, person_id: str, guide_id: str, turn_id: str, bring: Sequence[str] = (),
        title: str | None = None, lines: Sequence[str] | None = None,
    ) -> Appointment:  # fmt: skip
        """Takes a place for a few minutes. A hold the person has for the same item is given up for it; a booking never is.

        Raises ``SlotTaken`` (with alternatives), ``SlotPast``, ``SlotClosed``, ``TooManyAppointments``, ``AppointmentExists``.
        """

    async def confirm(self, *, appointment_id: str, person_id: str, turn_id: str) -> Appointment:
        """Makes a hold a booking. One that ran out is taken again if its place is still free.

        Raises ``SlotTaken``, ``SlotPast``, ``SlotClosed``, ``AppointmentNotFound``, ``NotChangeable``, and the limits of :meth:`hold`.
        """

    async def reschedule(self, *, appointment_id: str, slot_id: str, person_id: str, turn_id: str) -> Appointment:
        """Moves it; the old place is kept unless the new one is got. Raises as :meth:`confirm` does."""

    async def cancel(self, *, appointment_id: str, person_id: str, turn_id: str) -> Appointment:
        """Gives the place back; cancelling twice is no error. Raises ``AppointmentNotFound``, ``NotChangeable``."""

    async def get(self, *, appointment_id: str) -> Appointment:
        """Raises ``AppointmentNotFound``."""

    async def active(self, *, person_id: str) -> list[Appointment]:
        """Held and booked visits still to come, the next first."""

    async def visited(self, *, appointment_id: str, came: bool, staff_id: str) -> Appointment:
        """What the hall saw: ``completed`` from the day of the visit on, ``no_show`` once it is over; the one may correct the other.

        Raises ``AppointmentNotFound``, ``NotChangeable``.
        """
