"""Tables of the ``audit`` schema. A trigger refuses to change or delete an entry; ``head`` makes a cut-off tail visible."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from common.database import metadata_for

metadata = metadata_for("audit")

entry = sa.Table(
    "entry",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("data", JSONB, nullable=False),
    sa.Column("seal", sa.Text, nullable=False),
    sa.Index("entry_subject", "subject", "seq"),
    sa.Index("entry_actor", "actor", "seq"),
)

head = sa.Table(
    "head",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("seal", sa.Text, nullable=False),
)
