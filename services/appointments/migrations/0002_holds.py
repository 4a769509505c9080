"""Finding holds that ran out."""

import sqlalchemy as sa
from alembic import op

revision = "appointments_0002"
down_revision = "appointments_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    where = sa.text("state = 'held'")
    op.create_index("appointment_holds", "appointment", ["expires_at"], schema="appointments", postgresql_where=where)
