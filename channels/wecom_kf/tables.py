"""Tables of the ``wecom_kf`` schema: how far each account was pulled, what was pulled and not taken in yet, and each customer's session.

A customer stands here by a keyed hash only; what he wrote is sealed, and gone as soon as it is taken in.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from common.database import metadata_for

metadata = metadata_for("wecom_kf")
_Moment = sa.DateTime(timezone=True)

account = sa.Table(
    "account",
    metadata,
    sa.Column("open_kfid", sa.Text, primary_key=True),
    sa.Column("cursor", sa.Text, nullable=False, server_default=""),  # everything before it stands in ``item`` or was taken in
    sa.Column("token", sa.Text),  # of the newest signal …
    sa.Column("signalled_at", _Moment),  # … which came then
    sa.Column("signals", sa.BigInteger, nullable=False, server_default="0"),  # how many there were
    sa.Column("first_at", _Moment, nullable=False),
    sa.Column("asked_at", _Moment),  # last pull without a token
    sa.Column("next_at", _Moment, nullable=False),  # not before
    sa.Column("failures", sa.Integer, nullable=False, server_default="0"),  # in a row
    sa.Column("busy_by", sa.Text),  # the gateway that pulls …
    sa.Column("busy_until", _Moment),  # … until its lease ends
)

item = sa.Table(
    "item",
    metadata,
    sa.Column("number", sa.BigInteger, sa.Identity(), primary_key=True),  # the order of the platform's list
    sa.Column("open_kfid", sa.Text, nullable=False),
    sa.Column("msgid", sa.Text, nullable=False),
    sa.Column("customer", sa.Text, nullable=False),
    sa.Column("sealed", sa.LargeBinary),  # none once it was taken in
    sa.Column("pulled_at", _Moment, nullable=False, index=True),
    sa.Column("seq", sa.BigInteger),  # of the message that a servicer's words became
    sa.UniqueConstraint("open_kfid", "msgid"),
    sa.Index("item_waiting", "open_kfid", "customer", "number", postgresql_where=sa.text("sealed IS NOT NULL")),
)

customer = sa.Table(
    "customer",
    metadata,
    sa.Column("open_kfid", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("state", sa.Integer),  # of the session, as the platform last said: 0 … 4; none when it has to be asked
    sa.Column("state_at", _Moment),
    sa.Column("heard_at", _Moment),  # when he sent his last message, by the platform's clock
    sa.Column("code", sa.LargeBinary),  # lets us answer one event, whatever the state …
    sa.Column("code_kind", sa.Text),  # welcome pool taken ended
    sa.Column("code_until", _Moment),
    sa.Column("sent", JSONB, nullable=False, server_default=sa.text("'[]'::jsonb")),  # [part key, its ``upto``, when] of the last parts
    sa.Column("waiting", sa.Boolean, nullable=False, server_default=sa.text("false")),  # has items to be taken in
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),  # of the first of them
    sa.Column("next_at", _Moment, nullable=False),
    sa.Column("seen_at", _Moment, nullable=False, index=True),
    sa.Column("busy_by", sa.Text),
    sa.Column("busy_until", _Moment),
    sa.Index("customer_waiting", "next_at", postgresql_where=sa.text("waiting")),
)
