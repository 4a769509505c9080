"""Finding the visits of a day, whichever hall they are in."""

import sqlalchemy as sa
from alembic import op

revision = "appointments_0003"
down_revision = "appointments_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    where = sa.text("state = 'booked'")
    op.create_index("appointment_expected", "appointment", ["starts_at"], schema="appointments", postgresql_where=where)
