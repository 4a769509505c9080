"""Whom channels speak with and what he is owed; keys seen before; channels that were stopped."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "deliveries_0001"
down_revision = None
branch_labels = ("deliveries",)
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.execute("CREATE SCHEMA IF NOT EXISTS deliveries")
    op.create_table(
        "address",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("conversation_id", sa.Text, nullable=False, unique=True),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("heard_at", moment),
        sa.Column("allowances", JSONB, nullable=False, server_default=sa.text("'[]'::jsonb")),
        sa.Column("offered", JSONB),
        sa.Column("due_seq", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("delivered_seq", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("batch", sa.LargeBinary),
        sa.Column("batch_done", sa.Integer, nullable=False, server_default="0"),
        sa.Column("batch_number", sa.Integer, nullable=False, server_default="0"),
        sa.Column("parked", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("next_at", moment, nullable=False),
        sa.Column("collects", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("busy_by", sa.Text),
        sa.Column("busy_until", moment),
        sa.Column("collected_key", sa.Text),
        sa.Column("collected", sa.LargeBinary),
        sa.UniqueConstraint("channel", "account", "digest"),
        schema="deliveries",
    )
    op.create_index("ix_deliveries_address_person_id", "address", ["person_id"], schema="deliveries")
    op.create_index(
        "address_due", "address", ["next_at"], schema="deliveries",
        postgresql_where=sa.text("due_seq > delivered_seq AND parked IS NULL AND NOT collects"),
    )  # fmt: skip
    op.create_table("seen", sa.Column("key", sa.Text, primary_key=True), sa.Column("until", moment, nullable=False), schema="deliveries")
    op.create_index("ix_deliveries_seen_until", "seen", ["until"], schema="deliveries")
    op.create_table(
        "stop",
        sa.Column("channel", sa.Text, primary_key=True),
        sa.Column("stopped_at", moment, nullable=False),
        sa.Column("stopped_by", sa.Text, nullable=False),
        schema="deliveries",
    )
