"""Drafts of forms, whose values are sealed, and who changed what when, without the values."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from common.database import metadata_for

metadata = metadata_for("forms")

drafts = sa.Table(
    "drafts",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("person_id", sa.Text, nullable=False),
    sa.Column("conversation_id", sa.Text, nullable=False),
    sa.Column("guide_id", sa.Text, nullable=False),
    sa.Column("guide_version", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("definition", JSONB, nullable=False),
    sa.Column("answers", JSONB, nullable=False),
    sa.Column("asking", sa.Text),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("case_id", sa.Text),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state IN ('open', 'submitted', 'discarded', 'expired')", name="drafts_state"),
    sa.Index("drafts_one_open", "person_id", "guide_id", "subject", unique=True, postgresql_where=sa.text("state = 'open'")),
    sa.Index("drafts_person", "person_id", "updated_at"),
    sa.Index("drafts_expiry", "expires_at", postgresql_where=sa.text("state = 'open'")),
)

changes = sa.Table(
    "changes",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("form_id", sa.Text, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("field", sa.Text),
    sa.Column("source", sa.Text),
    sa.Column("turn_id", sa.Text),
    sa.Index("changes_form", "form_id", "id"),
)
