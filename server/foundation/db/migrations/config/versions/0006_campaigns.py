"""Playlists, campaigns with versions and boosts, reviews, takeovers, stops and receipts."""

import sqlalchemy as sa
from alembic import op

from server.foundation.db.columns import Number

revision = "0006"
down_revision = "0005"

TABLES = (
    "calendar_days",
    "takeover_receipts",
    "stops",
    "takeovers",
    "reviews",
    "boosts",
    "campaign_versions",
    "campaigns",
    "playlist_items",
    "playlists",
)


def upgrade() -> None:
    """Make the tables."""
    _playlists()
    _campaigns()
    _versions()
    _boosts()
    _reviews()
    _takeovers()
    _stops()
    _receipts()
    op.create_table(
        "calendar_days",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
    )


def downgrade() -> None:
    """Take the tables away."""
    for table in TABLES:
        op.drop_table(table)


def _key() -> sa.Column[int]:
    return sa.Column("id", Number, primary_key=True, autoincrement=True)


def _refers(column: str, to: str, *, index: bool = False, null: bool = False) -> sa.Column[int]:
    return sa.Column(column, Number, sa.ForeignKey(f"{to}.id"), nullable=null, index=index)


def _part_of(column: str, to: str) -> sa.Column[int]:
    key = sa.ForeignKey(f"{to}.id", ondelete="CASCADE")
    return sa.Column(column, Number, key, nullable=False, index=True)


def _instant(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=null)


def _json(name: str, *, null: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.JSON(none_as_null=null), nullable=null)


def _playlists() -> None:
    op.create_table(
        "playlists",
        _key(),
        _refers("unit_id", "units", index=True),
        _refers("author_id", "users"),
        sa.Column("name", sa.String(120), nullable=False),
        _json("editors"),
        _instant("created_at"),
        _instant("changed_at"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "playlist_items",
        _key(),
        _part_of("playlist_id", "playlists"),
        sa.Column("position", sa.Integer, nullable=False),
        _refers("asset_id", "assets", index=True),
        sa.Column("duration_ms", sa.Integer),
        sqlite_autoincrement=True,
    )


def _campaigns() -> None:
    op.create_table(
        "campaigns",
        _key(),
        _refers("unit_id", "units", index=True),
        _refers("author_id", "users"),
        sa.Column("state", sa.String(12), nullable=False, index=True),
        sa.Column("rounds", sa.Integer, nullable=False),
        _instant("created_at"),
        sqlite_autoincrement=True,
    )


def _versions() -> None:
    op.create_table(
        "campaign_versions",
        _key(),
        _part_of("campaign_id", "campaigns"),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("standing", sa.String(12), nullable=False, index=True),
        _refers("author_id", "users"),
        _json("editors"),
        sa.Column("name", sa.String(120), nullable=False),
        _refers("playlist_id", "playlists", index=True),
        _json("items"),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        _instant("ends_at", null=True),
        _json("dayparts"),
        sa.Column("target_kind", sa.String(20), nullable=False),
        sa.Column("target_value", sa.Double),
        sa.Column("floor", sa.Double, nullable=False),
        sa.Column("tier", sa.Integer, nullable=False),
        sa.Column("min_gap_s", sa.Double),
        _json("selector"),
        _json("reach"),
        _json("baseline", null=True),
        sa.Column("include_assets", sa.Boolean, nullable=False),
        _refers("submitted_by", "users", null=True),
        sa.Column("pace", sa.Double),
        _instant("changed_at"),
        sa.UniqueConstraint("campaign_id", "number"),
        sqlite_autoincrement=True,
    )


def _boosts() -> None:
    op.create_table(
        "boosts",
        _key(),
        _part_of("campaign_id", "campaigns"),
        sa.Column("factor", sa.Double, nullable=False),
        _instant("from_at"),
        _instant("until_at"),
        sa.Column("reason", sa.Text, nullable=False),
        _refers("user_id", "users"),
        _instant("at"),
        sqlite_autoincrement=True,
    )


def _reviews() -> None:
    op.create_table(
        "reviews",
        _key(),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("object_id", sa.BigInteger, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        _refers("user_id", "users"),
        _refers("author_id", "users"),
        _refers("submitter_id", "users"),
        sa.Column("single_person", sa.Boolean, nullable=False),
        _instant("at"),
        sa.Column("verdict", sa.String(10), nullable=False),
        sa.Column("opinion", sa.Text, nullable=False),
        sa.UniqueConstraint("kind", "object_id", "round", "step"),
        sa.UniqueConstraint("kind", "object_id", "round", "user_id"),
        sa.CheckConstraint(
            "single_person OR (user_id <> author_id AND user_id <> submitter_id)",
            name="two_persons",
        ),
        sqlite_autoincrement=True,
    )


def _takeovers() -> None:
    op.create_table(
        "takeovers",
        _key(),
        _refers("unit_id", "units", index=True),
        _refers("author_id", "users"),
        _refers("asset_id", "assets", index=True),
        sa.Column("state", sa.String(10), nullable=False, index=True),
        _json("selector"),
        _json("reach"),
        sa.Column("label", sa.String(120), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("emergency", sa.Boolean, nullable=False),
        sa.Column("drill", sa.Boolean, nullable=False),
        _instant("created_at"),
        _instant("from_at", null=True),
        _instant("until_at", null=True),
        _instant("ended_at", null=True),
        sqlite_autoincrement=True,
    )


def _stops() -> None:
    op.create_table(
        "stops",
        _key(),
        _refers("unit_id", "units", index=True),
        _refers("author_id", "users"),
        sa.Column("mode", sa.String(5), nullable=False),
        _json("selector"),
        _json("reach"),
        sa.Column("single_person", sa.Boolean, nullable=False),
        _instant("at"),
        _instant("lifted_at", null=True),
        _refers("lifted_by", "users", null=True),
        sa.CheckConstraint(
            "lifted_by IS NULL OR single_person OR lifted_by <> author_id", name="two_persons"
        ),
        sqlite_autoincrement=True,
    )


def _receipts() -> None:
    op.create_table(
        "takeover_receipts",
        _key(),
        sa.Column("object", sa.String(20), nullable=False),
        _refers("screen_id", "screens", index=True),
        _instant("at"),
        sa.UniqueConstraint("object", "screen_id"),
        sqlite_autoincrement=True,
    )
