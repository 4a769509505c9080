"""Sandbox licences."""

import sqlalchemy as sa
from alembic import op

revision = "licences_0001"
down_revision = None
branch_labels = ("licences",)
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA IF NOT EXISTS licences")
    op.create_table(
        "sandbox",
        sa.Column("person_id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        schema="licences",
    )
