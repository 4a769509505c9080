"""Tables of the ``deliveries`` schema. Addresses and what waits to be sent are sealed; an address is found by its keyed hash."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from common.database import metadata_for

metadata = metadata_for("deliveries")
_Moment = sa.DateTime(timezone=True)

address = sa.Table(
    "address",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("person_id", sa.Text, nullable=False, index=True),
    sa.Column("conversation_id", sa.Text, nullable=False, unique=True),
    sa.Column("created_at", _Moment, nullable=False),
    sa.Column("heard_at", _Moment),  # his last message
    sa.Column("allowances", JSONB, nullable=False, server_default=sa.text("'[]'::jsonb")),  # [{kind, left, until}]
    sa.Column("offered", JSONB),  # keys of the numbered entries he was shown last
    sa.Column("shown", JSONB),  # sequence numbers of messages that the platform itself has shown him
    sa.Column("due_seq", sa.BigInteger, nullable=False, server_default="0"),  # he is owed everything up to here …
    sa.Column("delivered_seq", sa.BigInteger, nullable=False, server_default="0"),  # … and has it up to here
    sa.Column("batch", sa.LargeBinary),  # what is being sent, rendered once, so that it is the same after a crash …
    sa.Column("batch_done", sa.Integer, nullable=False, server_default="0"),  # … and how many of its parts he has
    sa.Column("batch_number", sa.Integer, nullable=False, server_default="0"),
    sa.Column("parked", sa.Text),  # window quota gone: waits until he is heard of again
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("next_at", _Moment, nullable=False),  # not before
    sa.Column("collects", sa.Boolean, nullable=False, server_default=sa.text("false")),  # his channel cannot push
    sa.Column("busy_by", sa.Text),  # the worker that is sending to him …
    sa.Column("busy_until", _Moment),  # … until its lease ends
    sa.Column("collected_key", sa.Text),  # the call that was answered last …
    sa.Column("collected", sa.LargeBinary),  # … with these parts, for when it is repeated
    sa.UniqueConstraint("channel", "account", "digest"),
    sa.Index("address_due", "next_at", postgresql_where=sa.text("due_seq > delivered_seq AND parked IS NULL AND NOT collects")),
)

seen = sa.Table(
    "seen",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),  # a hash
    sa.Column("until", _Moment, nullable=False, index=True),
)

stop = sa.Table(
    "stop",
    metadata,
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("stopped_at", _Moment, nullable=False),
    sa.Column("stopped_by", sa.Text, nullable=False),
)
