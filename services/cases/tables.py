"""Cases (办件), their timeline, and the counter their numbers come from."""

from __future__ import annotations

import sqlalchemy as sa

from common.database import metadata_for

metadata = metadata_for("cases")

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("number", sa.Text, nullable=False, unique=True),
    sa.Column("person_id", sa.Text, nullable=False),
    sa.Column("form_id", sa.Text, nullable=False, unique=True),
    sa.Column("guide_id", sa.Text, nullable=False),
    sa.Column("guide_version", sa.Integer, nullable=False),
    sa.Column("guide_name", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Index("cases_person", "person_id", "created_at"),
)

timeline = sa.Table(
    "timeline",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("case_id", sa.Text, sa.ForeignKey("cases.cases.id", ondelete="CASCADE"), nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("note", sa.Text),
    sa.Index("timeline_case", "case_id", "id"),
)

counters = sa.Table(
    "counters",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("last", sa.Integer, nullable=False),
)
