"""How far each account of 微信客服 was pulled, what was pulled, and each customer's session."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "wecom_kf_0001"
down_revision = None
branch_labels = ("wecom_kf",)
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.execute("CREATE SCHEMA IF NOT EXISTS wecom_kf")
    op.create_table(
        "account",
        sa.Column("open_kfid", sa.Text, primary_key=True),
        sa.Column("cursor", sa.Text, nullable=False, server_default=""),
        sa.Column("token", sa.Text),
        sa.Column("signalled_at", moment),
        sa.Column("signals", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("first_at", moment, nullable=False),
        sa.Column("asked_at", moment),
        sa.Column("next_at", moment, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
        sa.Column("busy_by", sa.Text),
        sa.Column("busy_until", moment),
        schema="wecom_kf",
    )
    op.create_table(
        "item",
        sa.Column("number", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("open_kfid", sa.Text, nullable=False),
        sa.Column("msgid", sa.Text, nullable=False),
        sa.Column("customer", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary),
        sa.Column("pulled_at", moment, nullable=False),
        sa.UniqueConstraint("open_kfid", "msgid"),
        schema="wecom_kf",
    )
    op.create_index("ix_wecom_kf_item_pulled_at", "item", ["pulled_at"], schema="wecom_kf")
    op.create_index("item_waiting", "item", ["open_kfid", "customer", "number"], schema="wecom_kf", postgresql_where=sa.text("sealed IS NOT NULL"))
    op.create_table(
        "customer",
        sa.Column("open_kfid", sa.Text, primary_key=True),
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("state", sa.Integer),
        sa.Column("state_at", moment),
        sa.Column("heard_at", moment),
        sa.Column("code", sa.LargeBinary),
        sa.Column("code_kind", sa.Text),
        sa.Column("code_until", moment),
        sa.Column("sent", JSONB, nullable=False, server_default=sa.text("'[]'::jsonb")),
        sa.Column("waiting", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("next_at", moment, nullable=False),
        sa.Column("seen_at", moment, nullable=False),
        sa.Column("busy_by", sa.Text),
        sa.Column("busy_until", moment),
        schema="wecom_kf",
    )
    op.create_index("ix_wecom_kf_customer_seen_at", "customer", ["seen_at"], schema="wecom_kf")
    op.create_index("customer_waiting", "customer", ["next_at"], schema="wecom_kf", postgresql_where=sa.text("waiting"))
