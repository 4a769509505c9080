"""A draft belongs to a person, a guide and the one it is about: a parent's own and his child's stand side by side.

Drafts from before keep their subject ("self" or "other"); at most one of each guide was open, so none is in the way of another.
"""

import sqlalchemy as sa
from alembic import op

revision = "forms_0002"
down_revision = "forms_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("drafts_one_open", "drafts", schema="forms")
    op.create_index(
        "drafts_one_open",
        "drafts",
        ["person_id", "guide_id", "subject"],
        unique=True,
        schema="forms",
        postgresql_where=sa.text("state = 'open'"),
    )
