"""Table of the ``upkeep`` schema: when each job last ran, so that a restart neither repeats nor forgets one."""

from __future__ import annotations

import sqlalchemy as sa

from common.database import metadata_for

metadata = metadata_for("upkeep")

job = sa.Table(
    "job",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("ran_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("well", sa.Boolean, nullable=False),
    sa.Column("done", sa.Integer),  # how many things the last good run did
    sa.Column("failures", sa.Integer, nullable=False),  # in a row
)
