"""Tables of the ``tickets`` schema. What citizens wrote and what is noted about it is sealed; titles are masked."""

from __future__ import annotations

import sqlalchemy as sa

from common.database import metadata_for

metadata = metadata_for("tickets")

ticket = sa.Table(
    "ticket",
    metadata,
    sa.Column("number", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("detail", sa.LargeBinary, nullable=False),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("source_key", sa.Text, unique=True),  # what it was made from (a turn, a rating): made once
    sa.Column("person_id", sa.Text),
    sa.Column("conversation_id", sa.Text),
    sa.Column("guide_id", sa.Text),
    sa.Column("department", sa.Text),
    sa.Column("created_by", sa.Text, nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("promised_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("closed_at", sa.DateTime(timezone=True)),
    sa.Column("overdue_at", sa.DateTime(timezone=True)),  # when it was marked as late
    sa.Index("ticket_open", "state", "due_at"),
    sa.Index("ticket_person", "person_id", "created_at"),
)

step = sa.Table(
    "step",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("number", sa.Text, sa.ForeignKey("tickets.ticket.number", ondelete="CASCADE"), nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("origin", sa.Text),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("note", sa.LargeBinary, nullable=False),
    sa.Column("department", sa.Text),
    sa.Index("step_number", "number", "id"),
)

counter = sa.Table(
    "counter",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("last", sa.Integer, nullable=False),
)
