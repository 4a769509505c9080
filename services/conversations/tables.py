"""Tables of the ``conversations`` schema. Message bodies and citizens' own words are sealed; only masked text is readable."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, DateTime, ForeignKey, Index, Integer, LargeBinary, Table, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB

from common.database import metadata_for

metadata = metadata_for("conversations")

conversation = Table(
    "conversation",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person_id", Text, nullable=False, index=True),
    Column("channel", Text, nullable=False),
    Column("owner", Text, nullable=False, server_default="bot"),  # bot queue agent closed
    Column("version", Integer, nullable=False, server_default="1"),  # grows with every change of owner
    Column("agent_id", Text),
    Column("state", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("last_seq", BigInteger, nullable=False, server_default="0"),
    Column("busy_by", Text),  # the worker that runs this conversation's turns …
    Column("busy_until", DateTime(timezone=True)),  # … until its lease ends
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("last_at", DateTime(timezone=True), nullable=False),
    Column("erased_at", DateTime(timezone=True)),
)

session = Table(
    "session",
    metadata,
    Column("token_digest", Text, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("conversation_id", Text, ForeignKey("conversations.conversation.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("person_id", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
)

message = Table(
    "message",
    metadata,
    Column("id", Text, primary_key=True),
    Column("conversation_id", Text, ForeignKey("conversations.conversation.id", ondelete="CASCADE"), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("sender", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("turn_id", Text, index=True),
    Column("body", LargeBinary, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("conversation_id", "seq"),
)

turn = Table(
    "turn",
    metadata,
    Column("id", Text, primary_key=True),
    Column("conversation_id", Text, ForeignKey("conversations.conversation.id", ondelete="CASCADE"), nullable=False),
    Column("seq", BigInteger, nullable=False),  # of the citizen's message
    Column("channel_message_id", Text, nullable=False),
    Column("kind", Text, nullable=False),  # text payload upload
    Column("masked", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("state", Text, nullable=False, server_default="pending"),  # pending done merged silent dropped failed
    Column("merged_into", Text),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("intent", Text),
    Column("action", Text),
    Column("outcome", Text),
    Column("guide_id", Text, index=True),
    Column("guide_version", Integer),
    Column("section", Text),
    Column("candidates", JSONB),
    Column("owner_version", Integer),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("finished_at", DateTime(timezone=True)),
    UniqueConstraint("conversation_id", "channel_message_id"),
    Index("turn_open", "conversation_id", "seq", postgresql_where=text("state = 'pending'")),
    Index("turn_outcome", "outcome", "received_at"),
)

staged = Table(
    "staged",
    metadata,
    Column("turn_id", Text, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("staged_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
)

upload = Table(
    "upload",
    metadata,
    Column("id", Text, primary_key=True),
    Column("conversation_id", Text, nullable=False, index=True),
    Column("person_id", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("used", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", DateTime(timezone=True), nullable=False),
)
