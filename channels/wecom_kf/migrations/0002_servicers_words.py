"""Which message of the talk a servicer's words became."""

import sqlalchemy as sa
from alembic import op

revision = "wecom_kf_0002"
down_revision = "wecom_kf_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("item", sa.Column("seq", sa.BigInteger), schema="wecom_kf")
