"""Screens, their tokens, pairings, enrolment keys."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from server.foundation.db.columns import Number

revision = "0003"
down_revision = "0002"


def _key() -> sa.Column[int]:
    return sa.Column("id", Number, primary_key=True, autoincrement=True)


def _instant(name: str, *, nullable: bool = False, **more: Any) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=nullable, **more)


def _screen(*, nullable: bool) -> sa.Column[int]:
    key = sa.ForeignKey("screens.id", ondelete="CASCADE")
    return sa.Column("screen_id", Number, key, nullable=nullable, index=True)


def upgrade() -> None:
    """Make the tables."""
    _make_screens()
    op.create_table(
        "screen_pauses",
        _key(),
        _screen(nullable=False),
        _instant("from_at"),
        _instant("until_at"),
        sa.Column("reason", sa.String(255), nullable=False),
        sa.Column("user_id", Number, sa.ForeignKey("users.id"), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "screen_tokens",
        _key(),
        _screen(nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("files_hash", sa.String(64), nullable=False, unique=True),
        _instant("created_at"),
        _instant("revoked_at", nullable=True),
        sqlite_autoincrement=True,
    )
    _make_pairings()
    op.create_table(
        "enrolment_keys",
        _key(),
        sa.Column("unit_id", Number, sa.ForeignKey("units.id"), nullable=False, index=True),
        sa.Column("secret_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("venue_kind", sa.String(20), nullable=False),
        sa.Column("uses", sa.Integer, nullable=False),
        sa.Column("used", sa.Integer, nullable=False),
        _instant("created_at"),
        _instant("expires_at"),
        _instant("revoked_at", nullable=True),
        sqlite_autoincrement=True,
    )


def _make_screens() -> None:
    op.create_table(
        "screens",
        _key(),
        sa.Column("venue_id", Number, sa.ForeignKey("venues.id"), nullable=False, index=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("serial", sa.String(120), index=True),
        sa.Column("width", sa.Integer),
        sa.Column("height", sa.Integer),
        sa.Column("pixel_pitch_mm", sa.Double),
        sa.Column("rendition_class", sa.String(40), nullable=False),
        sa.Column("tags", sa.JSON, nullable=False),
        sa.Column("public_key", sa.JSON),
        sa.Column("player", sa.String(40), nullable=False),
        _instant("created_at"),
        _instant("enrolled_at", nullable=True),
        _instant("revoked_at", nullable=True),
        _instant("retired_at", nullable=True),
        sqlite_autoincrement=True,
    )


def _make_pairings() -> None:
    op.create_table(
        "pairings",
        _key(),
        sa.Column("device_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("user_code", sa.String(8), nullable=False, unique=True),
        sa.Column("width", sa.Integer),
        sa.Column("height", sa.Integer),
        sa.Column("player", sa.String(40), nullable=False),
        sa.Column("hint", sa.String(120), nullable=False),
        sa.Column("address", sa.String(45), nullable=False, index=True),
        sa.Column("public_key", sa.JSON),
        _instant("created_at"),
        _instant("expires_at", index=True),
        _screen(nullable=True),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """Take the tables away."""
    tables = ("enrolment_keys", "pairings", "screen_tokens", "screen_pauses", "screens")
    for table in tables:
        op.drop_table(table)
