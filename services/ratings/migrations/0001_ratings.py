"""Ratings."""

import sqlalchemy as sa
from alembic import op

revision = "ratings_0001"
down_revision = None
branch_labels = ("ratings",)
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA IF NOT EXISTS ratings")
    op.create_table(
        "rating",
        sa.Column("episode_id", sa.Text, primary_key=True),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("agent_id", sa.Text),
        sa.Column("guide_id", sa.Text),
        sa.Column("value", sa.Integer, nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ticket_number", sa.Text),
        sa.CheckConstraint("value BETWEEN 1 AND 5", name="rating_value"),
        schema="ratings",
    )
    op.create_index("rating_agent", "rating", ["agent_id", "first_at"], schema="ratings")
    op.create_index("rating_person", "rating", ["person_id"], schema="ratings")
