"""Visits, what was done to them, and the calendar, closures and capacities an administrator sets."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "appointments_0001"
down_revision = None
branch_labels = ("appointments",)
depends_on = None

SCHEMA = "appointments"


def upgrade() -> None:
    op.execute("CREATE SCHEMA IF NOT EXISTS appointments")
    op.create_table("slot", sa.Column("id", sa.Text, primary_key=True), schema=SCHEMA)
    op.create_table(
        "appointment",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("code", sa.Text, nullable=False, unique=True),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("guide_id", sa.Text, nullable=False),
        sa.Column("title", sa.Text),
        sa.Column("hall_id", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("lines", JSONB, nullable=False),
        sa.Column("slot_id", sa.Text, sa.ForeignKey("appointments.slot.id"), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("bring", JSONB, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False, server_default="0"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('held', 'booked', 'cancelled', 'completed', 'no_show')", name="appointment_state"),
        sa.CheckConstraint("(state = 'held') = (expires_at IS NOT NULL)", name="appointment_held_expires"),
        sa.Index("appointment_person", "person_id"),
        sa.Index("appointment_taken", "hall_id", "line", "starts_at", postgresql_where=sa.text("state <> 'cancelled'")),
        schema=SCHEMA,
    )
    op.create_table(
        "operation",
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("turn_id", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("appointment_id", sa.Text, sa.ForeignKey("appointments.appointment.id", ondelete="CASCADE"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "turn_id", "what", "target"),
        schema=SCHEMA,
    )
    op.create_table(
        "event",
        sa.Column("appointment_id", sa.Text, sa.ForeignKey("appointments.appointment.id", ondelete="CASCADE"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),  # "citizen" or the id of a member of staff
        sa.Column("slot_id", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("appointment_id", "number"),
        schema=SCHEMA,
    )
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("working", sa.Boolean, nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("set_by", sa.Text, nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "calendar_year",
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("set_by", sa.Text, nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "closure",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("hall_id", sa.Text),
        sa.Column("line", sa.Text),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("set_by", sa.Text, nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name="closure_runs_forward"),
        sa.Index("closure_ends", "ends_at"),
        schema=SCHEMA,
    )
    op.create_table(
        "windows",
        sa.Column("hall_id", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("places", sa.Integer, nullable=False),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.Column("set_by", sa.Text, nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "line"),
        sa.CheckConstraint("places BETWEEN 0 AND 200 AND minutes BETWEEN 5 AND 240", name="windows_sane"),
        schema=SCHEMA,
    )
