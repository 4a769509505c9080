"""When each job last ran."""

import sqlalchemy as sa
from alembic import op

revision = "upkeep_0001"
down_revision = None
branch_labels = ("upkeep",)
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA IF NOT EXISTS upkeep")
    op.create_table(
        "job",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("well", sa.Boolean, nullable=False),
        sa.Column("done", sa.Integer),
        sa.Column("failures", sa.Integer, nullable=False),
        schema="upkeep",
    )
