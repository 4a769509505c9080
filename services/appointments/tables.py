"""Tables of the ``appointments`` schema. Slots are derived; a row of ``slot`` is only something to lock."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Date, DateTime, ForeignKey, Index, Integer, PrimaryKeyConstraint, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from common.database import metadata_for

metadata = metadata_for("appointments")

slot = Table("slot", metadata, Column("id", Text, primary_key=True))

appointment = Table(
    "appointment", metadata,
    Column("id", Text, primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("person_id", Text, nullable=False),
    Column("guide_id", Text, nullable=False),
    Column("title", Text),
    Column("hall_id", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("lines", JSONB, nullable=False),
    Column("slot_id", Text, ForeignKey("appointments.slot.id"), nullable=False),
    Column("starts_at", DateTime(timezone=True), nullable=False),
    Column("ends_at", DateTime(timezone=True), nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("expires_at", DateTime(timezone=True)),
    Column("bring", JSONB, nullable=False),
    Column("sequence", Integer, nullable=False, server_default="0"),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("state IN ('held', 'booked', 'cancelled', 'completed', 'no_show')", name="appointment_state"),
    CheckConstraint("(state = 'held') = (expires_at IS NOT NULL)", name="appointment_held_expires"),
    Index("appointment_person", "person_id"),
    Index("appointment_holds", "expires_at", postgresql_where=text("state = 'held'")),
    Index("appointment_expected", "starts_at", postgresql_where=text("state = 'booked'")),
    Index("appointment_taken", "hall_id", "line", "starts_at", postgresql_where=text("state <> 'cancelled'")),
)

operation = Table(  # what a turn has done already
    "operation", metadata,
    Column("person_id", Text, nullable=False),
    Column("turn_id", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("appointment_id", Text, ForeignKey("appointments.appointment.id", ondelete="CASCADE"), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("person_id", "turn_id", "what", "target"),
)

event = Table(  # the history of an appointment, for the hall and for complaints
    "event", metadata,
    Column("appointment_id", Text, ForeignKey("appointments.appointment.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("what", Text, nullable=False),
    Column("by", Text, nullable=False),  # "citizen" or the id of a member of staff
    Column("slot_id", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("appointment_id", "number"),
)

calendar_day = Table(
    "calendar_day", metadata,
    Column("day", Date, primary_key=True),
    Column("working", Boolean, nullable=False),
    Column("name", Text),
    Column("set_by", Text, nullable=False),
    Column("set_at", DateTime(timezone=True), nullable=False),
)

calendar_year = Table(  # years whose notice has been entered whole
    "calendar_year", metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("source", Text, nullable=False),
    Column("set_by", Text, nullable=False),
    Column("set_at", DateTime(timezone=True), nullable=False),
)

closure = Table(
    "closure", metadata,
    Column("id", Text, primary_key=True),
    Column("hall_id", Text),
    Column("line", Text),
    Column("starts_at", DateTime(timezone=True), nullable=False),
    Column("ends_at", DateTime(timezone=True), nullable=False),
    Column("reason", Text, nullable=False),
    Column("set_by", Text, nullable=False),
    Column("set_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("starts_at < ends_at", name="closure_runs_forward"),
    Index("closure_ends", "ends_at"),
)

windows = Table(  # capacity of a hall's windows for one line, in place of the policy's
    "windows", metadata,
    Column("hall_id", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("places", Integer, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("set_by", Text, nullable=False),
    Column("set_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("hall_id", "line"),
    CheckConstraint("places BETWEEN 0 AND 200 AND minutes BETWEEN 5 AND 240", name="windows_sane"),
)
