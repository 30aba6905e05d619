"""Daily uptime figures by screen, and the same in blocks of 32 days for fast reads.

`figures`, `hours` and `days` are packed by server/monitoring/availability/packed_records.py;
instants are whole seconds.
"""

import sqlalchemy as sa
from alembic import op

from server.foundation.db.columns import Number

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "uptime_days",
        _key("day"),
        _key("screen"),
        sa.Column("closed", sa.SmallInteger, nullable=False),
        sa.Column("waits", sa.SmallInteger, nullable=False),
        sa.Column("told_s", sa.BigInteger, nullable=False),
        sa.Column("stamp", sa.BigInteger, nullable=False),
        sa.Column("operating", sa.LargeBinary, nullable=False),
        sa.Column("figures", sa.LargeBinary, nullable=False),
        sa.Column("hours", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    where = sa.text("waits > 0")
    op.create_index(
        "ix_uptime_days_waits",
        "uptime_days",
        ["day", "screen"],
        sqlite_where=where,
        postgresql_where=where,
    )
    op.create_table(
        "uptime_blocks",
        _key("block"),
        _key("screen"),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("days", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_uptime_blocks_version", "uptime_blocks", ["version"])
    op.create_table(
        "uptime_marks",
        sa.Column("name", sa.String(20), primary_key=True),
        sa.Column("value", sa.BigInteger, nullable=False),
    )


def _key(name: str) -> "sa.Column[int]":
    return sa.Column(name, Number, primary_key=True, autoincrement=False)


def downgrade() -> None:
    """Take the tables away."""
    for table in ("uptime_marks", "uptime_blocks", "uptime_days"):
        op.drop_table(table)
