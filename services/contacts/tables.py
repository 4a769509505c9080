"""Tables of the ``contacts`` schema. Numbers and keys are sealed; an account and a union id are found by keyed hashes."""

from __future__ import annotations

import sqlalchemy as sa

from common.database import metadata_for

metadata = metadata_for("contacts")
_Moment = sa.DateTime(timezone=True)

phone = sa.Table(
    "phone",
    metadata,
    sa.Column("person_id", sa.Text, primary_key=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("changed_at", _Moment, nullable=False),
)

account = sa.Table(
    "account",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False, unique=True),  # of the place
    sa.Column("person_id", sa.Text, nullable=False, index=True),
    sa.Column("union_digest", sa.Text, index=True),  # the same for all accounts of one WeChat user; absent where the platform tells none
    sa.Column("sealed", sa.LargeBinary),  # the platform's key of his session
    sa.Column("changed_at", _Moment, nullable=False),
)

consent = sa.Table(
    "consent",
    metadata,
    sa.Column("account_id", sa.Text, sa.ForeignKey(account.c.id, ondelete="CASCADE"), primary_key=True),
    sa.Column("template", sa.Text, primary_key=True),
    sa.Column("messages", sa.Integer, nullable=False),  # that may still be sent
    sa.Column("lasting", sa.Boolean, nullable=False),  # until he withdraws it, whatever ``messages`` says
    sa.Column("changed_at", _Moment, nullable=False),
    sa.Column("refused_at", _Moment),  # when he was asked and said no
    sa.CheckConstraint("messages >= 0", name="consent_messages"),
)

deed = sa.Table(
    "deed",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),  # a report of the client's, or a message's: each counts once
    sa.Column("account_id", sa.Text, sa.ForeignKey(account.c.id, ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("at", _Moment, nullable=False, index=True),
)
