"""Telephones, accounts, and what citizens agreed to be sent."""

import sqlalchemy as sa
from alembic import op

revision = "contacts_0001"
down_revision = None
branch_labels = ("contacts",)
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.execute("CREATE SCHEMA IF NOT EXISTS contacts")
    op.create_table(
        "phone",
        sa.Column("person_id", sa.Text, primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        schema="contacts",
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False, unique=True),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("union_digest", sa.Text),
        sa.Column("sealed", sa.LargeBinary),
        sa.Column("changed_at", moment, nullable=False),
        schema="contacts",
    )
    op.create_index("ix_contacts_account_person_id", "account", ["person_id"], schema="contacts")
    op.create_index("ix_contacts_account_union_digest", "account", ["union_digest"], schema="contacts")
    owner = sa.ForeignKey("contacts.account.id", ondelete="CASCADE")
    op.create_table(
        "consent",
        sa.Column("account_id", sa.Text, owner, primary_key=True),
        sa.Column("template", sa.Text, primary_key=True),
        sa.Column("messages", sa.Integer, nullable=False),
        sa.Column("lasting", sa.Boolean, nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.CheckConstraint("messages >= 0", name="consent_messages"),
        schema="contacts",
    )
    op.create_table(
        "deed",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("account_id", sa.Text, sa.ForeignKey("contacts.account.id", ondelete="CASCADE"), nullable=False),
        sa.Column("at", moment, nullable=False),
        schema="contacts",
    )
    op.create_index("ix_contacts_deed_account_id", "deed", ["account_id"], schema="contacts")
    op.create_index("ix_contacts_deed_at", "deed", ["at"], schema="contacts")
