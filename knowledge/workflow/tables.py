"""Tables of the ``knowledge`` schema: revisions of guides, and the sets of them that were published together."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, DateTime, Identity, Index, Integer, Table, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB

from common.database import metadata_for

metadata = metadata_for("knowledge")

revision = Table(
    "revision", metadata,
    Column("guide_id", Text, primary_key=True),
    Column("number", Integer, primary_key=True),  # grows with every saved draft
    Column("state", Text, nullable=False),  # see knowledge/workflow/states.py
    Column("version", Integer),  # given when it is published
    Column("document", JSONB, nullable=False),
    Column("digest", Text, nullable=False),  # of the document, to see whether anything changed
    Column("author", Text, nullable=False),  # a staff id, or "shipped"
    Column("based_on", Integer),  # the revision it was made from
    Column("origin", Text),  # what made it: edit import rollback; nothing for what is shipped
    Column("submitted_by", Text),
    Column("submitted_at", DateTime(timezone=True)),
    Column("comment", Text),  # the reviewer's
    Column("reviewer", Text),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("reviewed_at", DateTime(timezone=True)),
    Column("published_at", DateTime(timezone=True)),
    Column("published_by", Text),
    Column("withdrawn_by", Text),
    Column("withdrawn_at", DateTime(timezone=True)),
    Column("effective_from", Date),
    UniqueConstraint("guide_id", "version"),
    Index("revision_one_published", "guide_id", unique=True, postgresql_where=text("state = 'published'")),
    Index(
        "revision_one_open", "guide_id", unique=True,
        postgresql_where=text("state IN ('draft', 'submitted', 'approved', 'rejected', 'scheduled')"),
    ),
    Index("revision_scheduled", "effective_from", postgresql_where=text("state = 'scheduled'")),
)  # fmt: skip

edition = Table(
    "edition", metadata,
    Column("id", BigInteger, Identity(), primary_key=True),  # the newest is in force
    Column("fingerprint", Text, nullable=False),
    Column("guides", JSONB, nullable=False),  # {guide id: version}
    Column("reason", Text, nullable=False),
    Column("published_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
)  # fmt: skip
