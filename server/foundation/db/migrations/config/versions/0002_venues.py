"""Bus lines, venues, and their contacts."""

import sqlalchemy as sa
from alembic import op

from server.foundation.db.columns import Number

revision = "0002"
down_revision = "0001"


def _key() -> sa.Column[int]:
    return sa.Column("id", Number, primary_key=True, autoincrement=True)


def upgrade() -> None:
    """Make the tables."""
    _make_lines()
    _make_venues()
    op.create_table(
        "venue_contacts",
        _key(),
        sa.Column(
            "venue_id", Number, sa.ForeignKey("venues.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column(
            "user_id",
            Number,
            sa.ForeignKey("users.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.UniqueConstraint("venue_id", "user_id"),
        sqlite_autoincrement=True,
    )


def _make_lines() -> None:
    op.create_table(
        "lines",
        _key(),
        sa.Column("unit_id", Number, sa.ForeignKey("units.id"), nullable=False, index=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("depot", sa.String(120), nullable=False),
        sa.Column("first_service", sa.String(5)),
        sa.Column("last_service", sa.String(5)),
        sa.Column("vehicles", sa.JSON, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )


def _make_venues() -> None:
    op.create_table(
        "venues",
        _key(),
        sa.Column("unit_id", Number, sa.ForeignKey("units.id"), nullable=False, index=True),
        sa.Column("territory_unit_id", Number, sa.ForeignKey("units.id"), index=True),
        sa.Column("line_id", Number, sa.ForeignKey("lines.id"), index=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False, index=True),
        sa.Column("access", sa.String(10), nullable=False),
        sa.Column("address", sa.String(255), nullable=False),
        sa.Column("lat", sa.Double),
        sa.Column("lon", sa.Double),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("hours", sa.JSON, nullable=False),
        sa.Column("closed_dates", sa.JSON, nullable=False),
        sa.Column("extra_hours", sa.JSON, nullable=False),
        sa.Column("viewing_distance_m", sa.Double),
        sa.Column("contact_name", sa.String(60), nullable=False),
        sa.Column("contact_phone", sa.String(30), nullable=False),
        sa.Column("vehicle", sa.String(60), nullable=False),
        sa.Column("depot", sa.String(120), nullable=False),
        sa.Column("own_share", sa.Double, nullable=False),
        sa.Column("takeover_policy", sa.String(10), nullable=False),
        sa.Column("sound", sa.Boolean, nullable=False),
        sa.Column("metered", sa.JSON),
        sa.Column("pause_pin_hash", sa.Text),
        sa.Column("tags", sa.JSON, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """Take the tables away."""
    for table in ("venue_contacts", "venues", "lines"):
        op.drop_table(table)
