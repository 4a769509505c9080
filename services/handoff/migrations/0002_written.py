"""What staff wrote under an id of their own page, so that a repeat writes nothing twice."""

import sqlalchemy as sa
from alembic import op

revision = "handoff_0002"
down_revision = "handoff_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "written",
        sa.Column("conversation_id", sa.Text, nullable=False),
        sa.Column("staff_id", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("client_message_id", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("result_id", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "staff_id", "what", "client_message_id"),
        schema="handoff",
    )
    op.create_index("written_person", "written", ["person_id"], schema="handoff")
    op.create_index("written_at", "written", ["at"], schema="handoff")
