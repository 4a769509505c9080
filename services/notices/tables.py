"""Tables of the ``notices`` schema. What a notice says and where a citizen's mail goes is sealed; no address is ever in the outbox."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from common.database import metadata_for

metadata = metadata_for("notices")
_Moment = sa.DateTime(timezone=True)

notice = sa.Table(
    "notice",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("cause", sa.Text, nullable=False, unique=True),  # what happened: the same cause is one notice
    sa.Column("person_id", sa.Text, nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False, index=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("prompt", sa.Boolean, nullable=False),
    sa.Column("created_at", _Moment, nullable=False),
    sa.Column("due_at", _Moment, nullable=False),
    sa.Column("expires_at", _Moment, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("way", sa.Text),  # through which it is being tried, or was sent
    sa.Column("refused", JSONB, nullable=False, server_default=sa.text("'{}'::jsonb")),  # {way: why}
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),  # through this way
    sa.Column("reason", sa.Text),  # of the last failure
    sa.Column("next_at", _Moment, nullable=False),
    sa.Column("busy_by", sa.Text),
    sa.Column("busy_until", _Moment),
    sa.Column("settled_at", _Moment),
    sa.Column("reference", sa.Text),  # the platform's
    sa.CheckConstraint("state IN ('waiting', 'sent', 'withdrawn', 'expired', 'nowhere', 'dead')", name="notice_state"),
    sa.Index("notice_due", "next_at", postgresql_where=sa.text("state = 'waiting'")),
    sa.Index("notice_reference", "way", "reference", postgresql_where=sa.text("reference IS NOT NULL")),
)

report = sa.Table(
    "report",
    metadata,
    sa.Column("way", sa.Text, primary_key=True),
    sa.Column("reference", sa.Text, primary_key=True),  # the platform's; its notice may not be noted as sent yet
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("off", sa.Boolean, nullable=False),  # he wants nothing through this way
    sa.Column("at", _Moment, nullable=False),
)

wish = sa.Table(
    "wish",
    metadata,
    sa.Column("person_id", sa.Text, primary_key=True),
    sa.Column("ways", JSONB, nullable=False),  # in his order
    sa.Column("off", JSONB, nullable=False),  # {way: [topic]}
    sa.Column("changed_at", _Moment, nullable=False),
)

mailbox = sa.Table(
    "mailbox",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),  # stands in links instead of the person
    sa.Column("person_id", sa.Text, nullable=False, unique=True),
    sa.Column("sealed", sa.LargeBinary),  # the confirmed address
    sa.Column("confirmed_at", _Moment),
    sa.Column("asked", sa.LargeBinary),  # an address that waits for its code …
    sa.Column("code", sa.Text),  # … of which only a keyed hash is kept
    sa.Column("code_until", _Moment),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    sa.Column("codes_sent", sa.Integer, nullable=False, server_default="0"),  # within a day of ``first_code_at``
    sa.Column("first_code_at", _Moment),
)
