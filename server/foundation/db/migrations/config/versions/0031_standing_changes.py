"""Screens whose verdict context has changed, in order of change (SQLite)."""

import sqlalchemy as sa
from alembic import op

from server.foundation.db.columns import Number

revision = "0031"
down_revision = "0030"

NEXT = "(SELECT COALESCE(MAX(number), 0) + 1 FROM standing_changes)"
NOTED = "ON CONFLICT (screen_id) DO UPDATE SET number = excluded.number"
ONE = f"INSERT INTO standing_changes VALUES ({{screen}}, {NEXT}) {NOTED}"  # noqa: S608 - our own words
OF_VENUE = (
    f"INSERT INTO standing_changes SELECT id, {NEXT} FROM screens"  # noqa: S608 - our own words
    f" WHERE venue_id = NEW.id {NOTED}"
)
ACTS = ("INSERT", "UPDATE", "DELETE")
TOLD = (
    ("screens", "INSERT", "id"),
    ("screens", "UPDATE OF enrolled_at, revoked_at, retired_at, public_key, venue_id", "id"),
    ("screens", "DELETE", "id"),
    *((table, act, "screen_id") for table in ("tenures", "assigned_takeovers") for act in ACTS),
)
"""Tables, the tracked operations, and the column that references the screen."""
VENUES = "UPDATE OF unit_id, territory_unit_id, kind, line_id"


def upgrade() -> None:
    """Create the list; it stays empty on PostgreSQL, where contexts aren't cached."""
    op.create_table(
        "standing_changes",
        sa.Column("screen_id", Number, primary_key=True, autoincrement=False),
        sa.Column("number", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_standing_changes_number", "standing_changes", ["number"])
    if op.get_bind().dialect.name == "sqlite":
        for table, act, column in TOLD:
            row = "OLD" if act == "DELETE" else "NEW"
            _trigger(table, act, ONE.format(screen=f"{row}.{column}"))
        _trigger("venues", VENUES, OF_VENUE)


def downgrade() -> None:
    """Take it away."""
    if op.get_bind().dialect.name == "sqlite":
        for table, act, _ in (*TOLD, ("venues", VENUES, "")):
            op.execute(f"DROP TRIGGER {_name(table, act)}")
    op.drop_table("standing_changes")


def _trigger(table: str, act: str, statement: str) -> None:
    op.execute(f"CREATE TRIGGER {_name(table, act)} AFTER {act} ON {table} BEGIN {statement}; END")


def _name(table: str, act: str) -> str:
    return f"standing_{table}_{act.split(maxsplit=1)[0].lower()}"
