"""Drafts of forms and their changes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "forms_0001"
down_revision = None
branch_labels = ("forms",)
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA IF NOT EXISTS forms")
    op.create_table(
        "drafts",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("conversation_id", sa.Text, nullable=False),
        sa.Column("guide_id", sa.Text, nullable=False),
        sa.Column("guide_version", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("definition", JSONB, nullable=False),
        sa.Column("answers", JSONB, nullable=False),
        sa.Column("asking", sa.Text),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("case_id", sa.Text),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('open', 'submitted', 'discarded', 'expired')", name="drafts_state"),
        schema="forms",
    )
    op.create_index("drafts_one_open", "drafts", ["person_id", "guide_id"], unique=True, schema="forms", postgresql_where=sa.text("state = 'open'"))
    op.create_index("drafts_person", "drafts", ["person_id", "updated_at"], schema="forms")
    op.create_index("drafts_expiry", "drafts", ["expires_at"], schema="forms", postgresql_where=sa.text("state = 'open'"))
    op.create_table(
        "changes",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("form_id", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("field", sa.Text),
        sa.Column("source", sa.Text),
        sa.Column("turn_id", sa.Text),
        schema="forms",
    )
    op.create_index("changes_form", "changes", ["form_id", "id"], schema="forms")
