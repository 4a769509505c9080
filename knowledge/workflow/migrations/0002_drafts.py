"""Drafts, reviews, schedules and withdrawals of guides."""

from __future__ import annotations

from alembic import op

revision = "knowledge_0002"
down_revision = "knowledge_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
ALTER TABLE knowledge.revision
    ADD COLUMN based_on INTEGER,
    ADD COLUMN submitted_by TEXT,
    ADD COLUMN submitted_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN published_by TEXT,
    ADD COLUMN withdrawn_by TEXT,
    ADD COLUMN withdrawn_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN origin TEXT
""")
    op.execute("""
CREATE UNIQUE INDEX revision_one_open ON knowledge.revision (guide_id)
    WHERE state IN ('draft', 'submitted', 'approved', 'rejected', 'scheduled')
""")
    op.execute("CREATE INDEX revision_scheduled ON knowledge.revision (effective_from) WHERE state = 'scheduled'")
