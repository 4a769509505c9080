"""When a ticket was marked as late."""

import sqlalchemy as sa
from alembic import op

revision = "tickets_0002"
down_revision = "tickets_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ticket", sa.Column("overdue_at", sa.DateTime(timezone=True)), schema="tickets")
