"""The tables of loops."""

import sqlalchemy as sa
from alembic import op

from server.foundation.db.columns import Number

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "manifests",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "manifest_assets",
        sa.Column("manifest", sa.String(64), sa.ForeignKey("manifests.digest"), primary_key=True),
        sa.Column("asset", sa.String(64), primary_key=True, index=True),
    )
    op.create_table(
        "cached_loops",
        sa.Column("inputs", sa.String(64), primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("used_at", sa.BigInteger, nullable=False, index=True),
    )
    _create_assignments()
    op.create_table(
        "tenures",
        sa.Column("id", Number, primary_key=True, autoincrement=True),
        _screen(),
        _manifest(),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("from_ms", sa.BigInteger, nullable=False),
        sa.Column("reported", sa.Boolean, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_tenures_screen_id_from_ms", "tenures", ["screen_id", "from_ms"])
    op.create_table(
        "assigned_takeovers",
        sa.Column("id", Number, primary_key=True, autoincrement=True),
        _screen(index=True),
        sa.Column("object", sa.String(20), nullable=False),
        sa.Column("asset", sa.String(64), nullable=False),
        sa.Column("from_ms", sa.BigInteger, nullable=False),
        sa.Column("until_ms", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "stale_screens",
        sa.Column("screen_id", Number, primary_key=True, autoincrement=False),
        sa.Column("mark", sa.Integer, nullable=False),
    )


def _create_assignments() -> None:
    op.create_table(
        "assignments",
        sa.Column(
            "screen_id",
            Number,
            sa.ForeignKey("screens.id"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("serial", sa.BigInteger, nullable=False, index=True),
        _manifest(),
        sa.Column("leaving", sa.String(64)),
        sa.Column("activate_at", sa.BigInteger, nullable=False),
        sa.Column("issued_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("takeover", sa.JSON),
        sa.Column("takeover_until", sa.BigInteger, index=True),
        sa.Column("revoked", sa.JSON, nullable=False),
        sa.Column("inputs", sa.String(64), nullable=False),
        sa.Column("built_at", sa.BigInteger, nullable=False),
        sa.Column("pinned", sa.String(64), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("kid", sa.String(64), nullable=False),
        sa.Column("signature", sa.String(120), nullable=False),
        sa.Column("acked_version", sa.BigInteger),
        sa.Column("acked_state", sa.String(10)),
        sa.Column("ack_reason", sa.String(64)),
        sa.Column("acked_at", sa.BigInteger),
    )


def _screen(*, index: bool = False) -> sa.Column[int]:
    return sa.Column("screen_id", Number, sa.ForeignKey("screens.id"), nullable=False, index=index)


def _manifest() -> sa.Column[str]:
    key = sa.ForeignKey("manifests.digest")
    return sa.Column("manifest", sa.String(64), key, nullable=False, index=True)


def downgrade() -> None:
    """Take the tables away."""
    for table in (
        "stale_screens",
        "assigned_takeovers",
        "tenures",
        "assignments",
        "cached_loops",
        "manifest_assets",
        "manifests",
    ):
        op.drop_table(table)
