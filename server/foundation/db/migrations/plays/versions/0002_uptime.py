"""The inputs of uptime: contact runs, the server's own heartbeat, evidence by plays.

All instants are whole seconds since 1970 UTC, spans are half-open.
"""

import sqlalchemy as sa
from alembic import op

from server.foundation.db.columns import Number

revision = "0002"
down_revision = "0001"

TABLES = ("contact_runs", "evidence_runs", "server_runs", "clock_doubts", "upstream_runs")


def upgrade() -> None:
    """Make the tables."""
    _make("contact_runs", _screen(), _instant("from_s", key=True), _instant("last_s"), _kind())
    _make("evidence_runs", _screen(), _instant("from_s", key=True), _instant("until_s"))
    _make("server_runs", _instant("from_s", key=True), _instant("last_s"))
    _make("clock_doubts", _instant("from_s", key=True), _instant("until_s"))
    _make(
        "upstream_runs",
        _instant("from_s", key=True),
        _instant("until_s"),
        sa.Column("gone", sa.Integer, nullable=False),
        sa.Column("online", sa.Integer, nullable=False),
    )


def _make(name: str, *columns: "sa.Column[int]") -> None:
    op.create_table(name, *columns, sqlite_with_rowid=False)


def _screen() -> "sa.Column[int]":
    return sa.Column("screen", Number, primary_key=True, autoincrement=False)


def _instant(name: str, *, key: bool = False) -> "sa.Column[int]":
    if key:
        return sa.Column(name, sa.BigInteger, primary_key=True, autoincrement=False)
    return sa.Column(name, sa.BigInteger, nullable=False)


def _kind() -> "sa.Column[int]":
    return sa.Column("kind", sa.SmallInteger, nullable=False)


def downgrade() -> None:
    """Take the tables away."""
    for table in reversed(TABLES):
        op.drop_table(table)
