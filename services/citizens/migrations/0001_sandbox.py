"""Sandbox citizens."""

import sqlalchemy as sa
from alembic import op

revision = "citizens_0001"
down_revision = None
branch_labels = ("citizens",)
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA IF NOT EXISTS citizens")
    op.create_table(
        "sandbox",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("script", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        schema="citizens",
    )
