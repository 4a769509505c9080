"""When a citizen said no to messages of a template, so that he is not asked again at once."""

import sqlalchemy as sa
from alembic import op

revision = "contacts_0002"
down_revision = "contacts_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("consent", sa.Column("refused_at", sa.DateTime(timezone=True)), schema="contacts")
