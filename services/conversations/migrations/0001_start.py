"""Conversations, sessions, messages, turns, staged results, uploads."""

from __future__ import annotations

from alembic import op

revision = "conversations_0001"
down_revision = None
branch_labels = ("conversations",)
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA IF NOT EXISTS conversations")
    op.execute("""
CREATE TABLE conversations.conversation (
    id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    channel TEXT NOT NULL,
    owner TEXT DEFAULT 'bot' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    agent_id TEXT,
    state JSONB DEFAULT '{}'::jsonb NOT NULL,
    last_seq BIGINT DEFAULT '0' NOT NULL,
    busy_by TEXT,
    busy_until TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_at TIMESTAMP WITH TIME ZONE NOT NULL,
    erased_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id)
)
""")
    op.execute("""
CREATE INDEX ix_conversations_conversation_person_id ON conversations.conversation (person_id)
""")
    op.execute("""
CREATE TABLE conversations.staged (
    turn_id TEXT NOT NULL,
    body BYTEA NOT NULL,
    staged_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    PRIMARY KEY (turn_id)
)
""")
    op.execute("""
CREATE TABLE conversations.upload (
    id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    media_type TEXT NOT NULL,
    body BYTEA NOT NULL,
    used BOOLEAN DEFAULT false NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id)
)
""")
    op.execute("""
CREATE INDEX ix_conversations_upload_conversation_id ON conversations.upload (conversation_id)
""")
    op.execute("""
CREATE TABLE conversations.message (
    id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    sender TEXT NOT NULL,
    type TEXT NOT NULL,
    turn_id TEXT,
    body BYTEA NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (conversation_id, seq),
    FOREIGN KEY(conversation_id) REFERENCES conversations.conversation (id) ON DELETE CASCADE
)
""")
    op.execute("""
CREATE INDEX ix_conversations_message_turn_id ON conversations.message (turn_id)
""")
    op.execute("""
CREATE TABLE conversations.session (
    token_digest TEXT NOT NULL,
    id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (token_digest),
    UNIQUE (id),
    FOREIGN KEY(conversation_id) REFERENCES conversations.conversation (id) ON DELETE CASCADE
)
""")
    op.execute("""
CREATE INDEX ix_conversations_session_conversation_id ON conversations.session (conversation_id)
""")
    op.execute("""
CREATE TABLE conversations.turn (
    id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    channel_message_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    masked TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    state TEXT DEFAULT 'pending' NOT NULL,
    merged_into TEXT,
    attempts INTEGER DEFAULT '0' NOT NULL,
    intent TEXT,
    action TEXT,
    outcome TEXT,
    guide_id TEXT,
    guide_version INTEGER,
    section TEXT,
    candidates JSONB,
    owner_version INTEGER,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    UNIQUE (conversation_id, channel_message_id),
    FOREIGN KEY(conversation_id) REFERENCES conversations.conversation (id) ON DELETE CASCADE
)
""")
    op.execute("""
CREATE INDEX ix_conversations_turn_guide_id ON conversations.turn (guide_id)
""")
    op.execute("""
CREATE INDEX turn_open ON conversations.turn (conversation_id, seq) WHERE state = 'pending'
""")
    op.execute("""
CREATE INDEX turn_outcome ON conversations.turn (outcome, received_at)
""")
