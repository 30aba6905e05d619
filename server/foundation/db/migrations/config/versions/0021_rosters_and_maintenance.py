"""Which vehicle is in service when, day by day; planned maintenance and the screens it is for."""

import sqlalchemy as sa
from alembic import op

from server.foundation.db.columns import Number

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "roster_days",
        sa.Column("line_id", Number, _under("lines"), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("user_id", Number, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "rostered_vehicles",
        sa.Column("line_id", Number, primary_key=True, autoincrement=False),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("venue_id", Number, _under("venues"), primary_key=True),
        sa.Column("services", sa.JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["line_id", "day"], ["roster_days.line_id", "roster_days.day"], ondelete="CASCADE"
        ),
    )
    op.create_index("ix_rostered_vehicles_venue_id", "rostered_vehicles", ["venue_id"])
    op.create_table(
        "maintenance",
        sa.Column("id", Number, primary_key=True, autoincrement=True),
        sa.Column("unit_id", Number, sa.ForeignKey("units.id"), nullable=False),
        sa.Column("author_id", Number, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("from_at", sa.BigInteger, nullable=False),
        sa.Column("until_at", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.String(255), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_maintenance_unit_id", "maintenance", ["unit_id"])
    op.create_table(
        "maintained_screens",
        sa.Column("maintenance_id", Number, _under("maintenance"), primary_key=True),
        sa.Column("screen_id", Number, _under("screens"), primary_key=True),
    )
    op.create_index("ix_maintained_screens_screen_id", "maintained_screens", ["screen_id"])


def downgrade() -> None:
    """Take the tables away."""
    for table in ("maintained_screens", "maintenance", "rostered_vehicles", "roster_days"):
        op.drop_table(table)


def _under(table: str) -> sa.ForeignKey:
    return sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
