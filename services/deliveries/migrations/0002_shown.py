"""Messages a citizen was shown by somebody else, which he is therefore not sent."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "deliveries_0002"
down_revision = "deliveries_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("address", sa.Column("shown", JSONB), schema="deliveries")
