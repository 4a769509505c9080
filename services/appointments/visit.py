"""What a citizen takes along: the visit as a calendar entry (RFC 5545) and its code as a QR picture."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

import segno
from icalendar import Alarm, Calendar, Event, Timezone, TimezoneStandard

from common.clock import local
from knowledge.schema.hall import Hall
from services.appointments.model import Appointment
from services.appointments.words import words


def calendar_entry(appointment: Appointment, hall: Hall, *, now: datetime) -> bytes:
    """An ``.ics`` file. Its UID never changes and SEQUENCE grows with every change, so that a calendar moves or drops the entry it has.

    No name, number or other personal value of the citizen is in it: calendars are synchronised to anywhere.
    """
    said = words()["ics"]
    cancelled = appointment.state in ("cancelled", "no_show")
    calendar = Calendar()
    calendar.add("prodid", said["product"])
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    calendar.add_component(_guangdong_time())
    event = Event()
    event.add("uid", f"{appointment.id}@bangban")
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", now)
    event.add("last-modified", appointment.updated_at)
    event.add("dtstart", local(appointment.start))
    event.add("dtend", local(appointment.end))
    event.add("summary", said["summary" if appointment.title else "summary_plain"].format(hall=hall.name, title=appointment.title))
    event.add("location", " ".join(filter(None, (hall.address, hall.name))))
    event.add("description", _description(appointment, hall))
    event.add("status", "CANCELLED" if cancelled else "TENTATIVE" if appointment.state == "held" else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if cancelled else "OPAQUE")
    if not cancelled:
        event.add_component(_alarm(said["alarm"].format(hall=hall.name)))
    calendar.add_component(event)
    return calendar.to_ical()


def _description(appointment: Appointment, hall: Hall) -> str:
    said = words()["ics"]
    lines = [said["code"].format(code=appointment.code)]
    if appointment.bring:
        lines.append(said["bring"].format(items="、".join(appointment.bring)))
    if hall.address is None:
        lines.append(said["no_address"])
    return "\n".join([*lines, said["change"]])


def _guangdong_time() -> Timezone:
    """China keeps one time all year since 1992; the library leaves the rule out for a zone without changes, RFC 5545 asks for one."""
    rule = TimezoneStandard()
    rule.add("dtstart", datetime(1992, 1, 1))
    rule.add("tzoffsetfrom", timedelta(hours=8))
    rule.add("tzoffsetto", timedelta(hours=8))
    rule.add("tzname", "CST")
    zone = Timezone()
    zone.add("tzid", "Asia/Shanghai")
    zone.add_component(rule)
    return zone


def _alarm(sentence: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", timedelta(days=-1))
    alarm.add("description", sentence)
    return alarm


def qr_svg(code: str) -> bytes:
    """The code alone, dark on white with its quiet zone, so that any scanner at a counter reads it."""
    return _qr(code, "svg", scale=8, xmldecl=False, light="#fff")


def qr_png(code: str) -> bytes:
    return _qr(code, "png", scale=8, light="#fff")


def _qr(code: str, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    segno.make_qr(code, error="m").save(out, kind=kind, **options)
    return out.getvalue()
