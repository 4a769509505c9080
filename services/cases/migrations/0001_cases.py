"""Cases, their timeline, their numbers."""

import sqlalchemy as sa
from alembic import op

revision = "cases_0001"
down_revision = None
branch_labels = ("cases",)
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA IF NOT EXISTS cases")
    op.create_table(
        "cases",
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
        schema="cases",
    )
    op.create_index("cases_person", "cases", ["person_id", "created_at"], schema="cases")
    op.create_table(
        "timeline",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("case_id", sa.Text, sa.ForeignKey("cases.cases.id", ondelete="CASCADE"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("note", sa.Text),
        schema="cases",
    )
    op.create_index("timeline_case", "timeline", ["case_id", "id"], schema="cases")
    op.create_table(
        "counters",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("last", sa.Integer, nullable=False),
        schema="cases",
    )
