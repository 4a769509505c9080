"""Notices that wait or were sent, what citizens wish, and where their mail goes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "notices_0001"
down_revision = None
branch_labels = ("notices",)
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.execute("CREATE SCHEMA IF NOT EXISTS notices")
    op.create_table(
        "notice",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("cause", sa.Text, nullable=False, unique=True),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("prompt", sa.Boolean, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("due_at", moment, nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("way", sa.Text),
        sa.Column("refused", JSONB, nullable=False, server_default=sa.text("'{}'::jsonb")),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("reason", sa.Text),
        sa.Column("next_at", moment, nullable=False),
        sa.Column("busy_by", sa.Text),
        sa.Column("busy_until", moment),
        sa.Column("settled_at", moment),
        sa.Column("reference", sa.Text),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'withdrawn', 'expired', 'nowhere', 'dead')", name="notice_state"),
        schema="notices",
    )
    op.create_index("ix_notices_notice_person_id", "notice", ["person_id"], schema="notices")
    op.create_index("ix_notices_notice_subject", "notice", ["subject"], schema="notices")
    op.create_index("notice_due", "notice", ["next_at"], schema="notices", postgresql_where=sa.text("state = 'waiting'"))
    op.create_table(
        "wish",
        sa.Column("person_id", sa.Text, primary_key=True),
        sa.Column("ways", JSONB, nullable=False),
        sa.Column("off", JSONB, nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        schema="notices",
    )
    op.create_table(
        "mailbox",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("person_id", sa.Text, nullable=False, unique=True),
        sa.Column("sealed", sa.LargeBinary),
        sa.Column("confirmed_at", moment),
        sa.Column("asked", sa.LargeBinary),
        sa.Column("code", sa.Text),
        sa.Column("code_until", moment),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("codes_sent", sa.Integer, nullable=False, server_default="0"),
        sa.Column("first_code_at", moment),
        schema="notices",
    )
