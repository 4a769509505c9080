"""Episodes, assignments, notes, presence."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "handoff_0001"
down_revision = None
branch_labels = ("handoff",)
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA IF NOT EXISTS handoff")
    op.create_table(
        "episode",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("conversation_id", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("guide_id", sa.Text),
        sa.Column("situation", JSONB, nullable=False),
        sa.Column("form_id", sa.Text),
        sa.Column("appointment_id", sa.Text),
        sa.Column("agent_id", sa.Text),
        sa.Column("direct", sa.Boolean, nullable=False),
        sa.Column("told_position", sa.Integer),
        sa.Column("told_at", sa.DateTime(timezone=True)),
        sa.Column("told_times", sa.Integer, nullable=False),
        sa.Column("bot_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("queued_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rank_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True)),
        sa.Column("first_reply_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ended_as", sa.Text),
        sa.Column("ticket_number", sa.Text),
        schema="handoff",
    )
    op.create_index("episode_open", "episode", ["conversation_id"], schema="handoff", unique=True, postgresql_where=sa.text("state <> 'ended'"))
    op.create_index("episode_queue", "episode", ["rank_at", "id"], schema="handoff", postgresql_where=sa.text("state = 'queued'"))
    op.create_index("episode_conversation", "episode", ["conversation_id", "queued_since"], schema="handoff")
    op.create_index("episode_person", "episode", ["person_id"], schema="handoff")
    op.create_index("episode_since", "episode", ["queued_since"], schema="handoff")
    op.create_table(
        "assignment",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("episode_id", sa.Text, sa.ForeignKey("handoff.episode.id", ondelete="CASCADE"), nullable=False),
        sa.Column("agent_id", sa.Text, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_reply_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ended_as", sa.Text),
        schema="handoff",
    )
    op.create_index("assignment_episode", "assignment", ["episode_id", "started_at"], schema="handoff")
    op.create_index("assignment_ended", "assignment", ["ended_at"], schema="handoff")
    op.create_index("assignment_agent", "assignment", ["agent_id", "started_at"], schema="handoff")
    op.create_table(
        "note",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("conversation_id", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("staff_id", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        schema="handoff",
    )
    op.create_index("note_conversation", "note", ["conversation_id", "at"], schema="handoff")
    op.create_table(
        "presence",
        sa.Column("staff_id", sa.Text, primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("capacity", sa.Integer, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        schema="handoff",
    )
