"""What a platform says, after its yes, did not reach somebody."""

import sqlalchemy as sa
from alembic import op

revision = "notices_0002"
down_revision = "notices_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report",
        sa.Column("way", sa.Text, primary_key=True),
        sa.Column("reference", sa.Text, primary_key=True),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("off", sa.Boolean, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        schema="notices",
    )
    op.create_index("notice_reference", "notice", ["way", "reference"], schema="notices", postgresql_where=sa.text("reference IS NOT NULL"))
