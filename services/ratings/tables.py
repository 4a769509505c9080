"""Tables of the ``ratings`` schema."""

from __future__ import annotations

import sqlalchemy as sa

from common.database import metadata_for

metadata = metadata_for("ratings")

rating = sa.Table(
    "rating",
    metadata,
    sa.Column("episode_id", sa.Text, primary_key=True),
    sa.Column("person_id", sa.Text, nullable=False),
    sa.Column("agent_id", sa.Text),
    sa.Column("guide_id", sa.Text),
    sa.Column("value", sa.Integer, nullable=False),
    sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("ticket_number", sa.Text),
    sa.CheckConstraint("value BETWEEN 1 AND 5", name="rating_value"),
    sa.Index("rating_agent", "agent_id", "first_at"),
    sa.Index("rating_person", "person_id"),
)
