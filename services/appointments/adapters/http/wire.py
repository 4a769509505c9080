"""JSON as it goes over the wire, both ways: days, appointments, and every named error with what it carries.

``docs/howto/connect-a-booking-platform.md`` writes the protocol out for whoever builds the other end.
"""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from common.errors import BangbanError
from services.appointments import errors
from services.appointments.model import Appointment, Day, Slot

appointment = TypeAdapter(Appointment)
appointments = TypeAdapter(list[Appointment])
days = TypeAdapter(list[Day])
_slots = TypeAdapter(list[Slot])

_PLAIN: dict[str, type[BangbanError]] = {
    e.code: e
    for e in (errors.HallNotFound, errors.SlotPast, errors.SlotClosed, errors.AppointmentNotFound, errors.Busy, errors.ProviderUnavailable)
}


def error_to_json(error: BangbanError) -> dict[str, Any]:
    """``{"error": {"code", "fields"}}``; SlotTaken and AppointmentExists carry whole objects."""
    fields: dict[str, Any] = dict(error.fields or {})
    if isinstance(error, errors.SlotTaken):
        fields = {"alternatives": _slots.dump_python(error.alternatives, mode="json")}
    elif isinstance(error, errors.AppointmentExists):
        fields = {"existing": appointment.dump_python(error.existing, mode="json")}
    return {"error": {"code": error.code, "fields": fields}}


def error_from_json(body: Any) -> BangbanError:
    """The named error; whatever is not one of ours is ``ProviderUnavailable``."""
    try:
        code, fields = body["error"]["code"], body["error"].get("fields") or {}
        if code == errors.SlotTaken.code:
            return errors.SlotTaken(alternatives=_slots.validate_python(fields.get("alternatives", [])))
        if code == errors.AppointmentExists.code:
            return errors.AppointmentExists(existing=appointment.validate_python(fields["existing"]))
        if code == errors.TooManyAppointments.code:
            return errors.TooManyAppointments(limit=int(fields["limit"]), what=str(fields["what"]))
        if code == errors.NotChangeable.code:
            return errors.NotChangeable(state=str(fields["state"]))
        return _PLAIN[code]()
    except (KeyError, TypeError, ValueError, AttributeError):
        return errors.ProviderUnavailable()
