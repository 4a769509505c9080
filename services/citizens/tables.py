"""Sandbox citizens. Real ones stay with their provider: nothing of theirs is kept here."""

from __future__ import annotations

import sqlalchemy as sa

from common.database import metadata_for

metadata = metadata_for("citizens")

sandbox = sa.Table(
    "sandbox",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("script", sa.Text, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
)
