"""Tables of the ``handoff`` schema. Summaries are masked; notes are sealed; forms and appointments stay where they are."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from common.database import metadata_for

metadata = metadata_for("handoff")

episode = sa.Table(
    "episode",
    metadata,
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
    sa.Index("episode_open", "conversation_id", unique=True, postgresql_where=sa.text("state <> 'ended'")),
    sa.Index("episode_queue", "rank_at", "id", postgresql_where=sa.text("state = 'queued'")),
    sa.Index("episode_conversation", "conversation_id", "queued_since"),
    sa.Index("episode_person", "person_id"),
    sa.Index("episode_since", "queued_since"),
)

assignment = sa.Table(
    "assignment",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("episode_id", sa.Text, sa.ForeignKey("handoff.episode.id", ondelete="CASCADE"), nullable=False),
    sa.Column("agent_id", sa.Text, nullable=False),
    sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("first_reply_at", sa.DateTime(timezone=True)),
    sa.Column("ended_at", sa.DateTime(timezone=True)),
    sa.Column("ended_as", sa.Text),
    sa.Index("assignment_episode", "episode_id", "started_at"),
    sa.Index("assignment_ended", "ended_at"),
    sa.Index("assignment_agent", "agent_id", "started_at"),
)

note = sa.Table(
    "note",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("conversation_id", sa.Text, nullable=False),
    sa.Column("person_id", sa.Text, nullable=False),
    sa.Column("staff_id", sa.Text, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Index("note_conversation", "conversation_id", "at"),
)

written = sa.Table(  # what a page has sent already, by the id it gave; a repeat finds the first
    "written",
    metadata,
    sa.Column("conversation_id", sa.Text, nullable=False),
    sa.Column("staff_id", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("client_message_id", sa.Text, nullable=False),
    sa.Column("person_id", sa.Text, nullable=False),
    sa.Column("result_id", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint("conversation_id", "staff_id", "what", "client_message_id"),
    sa.Index("written_person", "person_id"),
    sa.Index("written_at", "at"),
)

presence = sa.Table(
    "presence",
    metadata,
    sa.Column("staff_id", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("capacity", sa.Integer, nullable=False),
    sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
)
