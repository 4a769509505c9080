"""Why a visit cannot be booked or changed. Words: ``common/catalogue/errors_appointments.yml``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from common.clock import iso
from common.errors import BangbanError

if TYPE_CHECKING:
    from services.appointments.model import Appointment, Slot


class HallNotFound(BangbanError):
    """No such hall, or it does not take this line of business."""

    code = "appointments.hall_not_found"
    status = 404


class SlotTaken(BangbanError):
    """The last place went to someone else. ``alternatives`` are free slots of the same hall and line, closest in time first."""

    code = "appointments.slot_taken"
    status = 409

    def __init__(self, *, alternatives: list[Slot] | None = None, fields: dict[str, Any] | None = None):
        self.alternatives = alternatives or []
        offered = [{"slot_id": s.slot_id, "start": iso(s.start), "end": iso(s.end), "left": s.left} for s in self.alternatives]
        super().__init__(fields=fields or {"alternatives": offered})


class SlotPast(BangbanError):
    """It begins too soon, or has begun."""

    code = "appointments.slot_past"
    status = 409


class SlotClosed(BangbanError):
    """No such slot: the hall is closed then, does not take the business, or the day is beyond what can be booked."""

    code = "appointments.slot_closed"
    status = 409


class TooManyAppointments(BangbanError):
    """``limit`` places at a time; ``what`` is ``active`` or ``held``."""

    code = "appointments.too_many"
    status = 409

    def __init__(self, *, limit: int, what: str):
        super().__init__(limit=limit, fields={"limit": limit, "what": what})


class AppointmentExists(BangbanError):
    """The person already has a booked visit for this item: ``existing``; offer to move it."""

    code = "appointments.exists"
    status = 409

    def __init__(self, *, existing: Appointment):
        self.existing = existing
        super().__init__(fields={"appointment_id": existing.id, "start": iso(existing.start)})


class AppointmentNotFound(BangbanError):
    """No such appointment, or it is someone else's."""

    code = "appointments.not_found"
    status = 404


class NotChangeable(BangbanError):
    """It is over, cancelled or has begun; ``state`` says which."""

    code = "appointments.not_changeable"
    status = 409

    def __init__(self, *, state: str):
        super().__init__(fields={"state": state})


class Busy(BangbanError):
    """The rows could not be locked in time; nothing was changed, the same call may be made again."""

    code = "appointments.busy"
    status = 503


class ProviderUnavailable(BangbanError):
    """The city's booking platform does not answer, or answers nonsense; whether it acted is unknown, the same call may be made again."""

    code = "appointments.provider_unavailable"
    status = 503


class LinkInvalid(BangbanError):
    """The key of a signed link does not fit."""

    code = "appointments.link_invalid"
    status = 403


class WrongEntry(BangbanError):
    """An administrator's entry contradicts itself; ``fields`` names what."""

    code = "appointments.wrong_entry"
    status = 422
