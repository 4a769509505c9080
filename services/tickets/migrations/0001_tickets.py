"""Tickets, their steps, their numbers."""

import sqlalchemy as sa
from alembic import op

revision = "tickets_0001"
down_revision = None
branch_labels = ("tickets",)
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA IF NOT EXISTS tickets")
    op.create_table(
        "ticket",
        sa.Column("number", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("detail", sa.LargeBinary, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("source_key", sa.Text, unique=True),
        sa.Column("person_id", sa.Text),
        sa.Column("conversation_id", sa.Text),
        sa.Column("guide_id", sa.Text),
        sa.Column("department", sa.Text),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("promised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        schema="tickets",
    )
    op.create_index("ticket_open", "ticket", ["state", "due_at"], schema="tickets")
    op.create_index("ticket_person", "ticket", ["person_id", "created_at"], schema="tickets")
    op.create_table(
        "step",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("number", sa.Text, sa.ForeignKey("tickets.ticket.number", ondelete="CASCADE"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("origin", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("note", sa.LargeBinary, nullable=False),
        sa.Column("department", sa.Text),
        schema="tickets",
    )
    op.create_index("step_number", "step", ["number", "id"], schema="tickets")
    op.create_table(
        "counter",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("last", sa.Integer, nullable=False),
        schema="tickets",
    )
