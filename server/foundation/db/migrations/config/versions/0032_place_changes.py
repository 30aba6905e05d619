"""A counter of changes to units, lines, venues and screens in the columns of lists (SQLite)."""

import sqlalchemy as sa
from alembic import op

from server.foundation.db.columns import Number

revision = "0032"
down_revision = "0031"

COUNTED = {
    "units": "parent_id, path, name",
    "lines": "unit_id, name",
    "venues": (
        "unit_id, territory_unit_id, line_id, name, kind, access, vehicle, depot, "
        "hours, closed_dates, extra_hours"
    ),
    "venue_contacts": "venue_id, user_id",
    "screens": "venue_id, name, enrolled_at, revoked_at, retired_at",
}
"""Tables, and their cached columns."""
ONE = "UPDATE place_changes SET number = number + 1"
ACTS = ("INSERT", "UPDATE", "DELETE")


def upgrade() -> None:
    """Create the counter; it has no row on PostgreSQL, where lists aren't cached."""
    table = op.create_table(
        "place_changes",
        sa.Column("id", Number, primary_key=True, autoincrement=False),
        sa.Column("number", sa.BigInteger, nullable=False),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.bulk_insert(table, [{"id": 1, "number": 0}])
        for name, columns in COUNTED.items():
            for act in ACTS:
                of = f" OF {columns}" if act == "UPDATE" else ""
                op.execute(
                    f"CREATE TRIGGER {_name(name, act)} AFTER {act}{of} ON {name} BEGIN {ONE}; END"
                )


def downgrade() -> None:
    """Take it away."""
    if op.get_bind().dialect.name == "sqlite":
        for name in COUNTED:
            for act in ACTS:
                op.execute(f"DROP TRIGGER {_name(name, act)}")
    op.drop_table("place_changes")


def _name(table: str, act: str) -> str:
    return f"places_{table}_{act.lower()}"
