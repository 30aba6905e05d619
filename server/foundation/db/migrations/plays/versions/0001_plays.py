"""The tables of plays: batches from screens, and the roll-ups of them."""

import sqlalchemy as sa
from alembic import op

from server.foundation.db.columns import Number

revision = "0001"
down_revision = None

TABLES = (
    "boots",
    "batches",
    "lost_ranges",
    "quarantine",
    "logs",
    "known_tenures",
    "followed",
    "contacts",
    "names",
    "items",
    "cells",
    "placements",
    "rollup_screen",
    "rollup_hour",
    "rollup_day",
    "rollup_late",
    "rollup_versions",
    "folds",
    "day_seals",
)


def _key() -> sa.Column[int]:
    return sa.Column("id", Number, primary_key=True, autoincrement=True)


def _instant(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=null)


def _number(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, Number, nullable=null)


def upgrade() -> None:
    """Make the tables."""
    _make_log()
    _make_screens()
    _make_names()
    _make_rollups()


def _make_log() -> None:
    op.create_table(
        "boots",
        _key(),
        _number("screen"),
        sa.Column("boot", sa.String(64), nullable=False),
        _instant("upto"),
        sa.Column("head", sa.LargeBinary, nullable=False),
        _instant("first_at"),
        _instant("last_at"),
        sa.Column("unsynced", sa.Integer, nullable=False),
        sa.Column("flag", sa.String(20)),
        sa.UniqueConstraint("screen", "boot", name="uq_boots_screen_boot"),
    )
    op.create_table(
        "batches",
        _key(),
        _number("screen"),
        _number("boot"),
        _instant("first"),
        sa.Column("n", sa.Integer, nullable=False),
        _instant("t0"),
        _instant("span"),
        _instant("received_at"),
        _number("manifest"),
        sa.Column("offset_ms", sa.Double),
        sa.Column("uncertainty_ms", sa.Double),
        sa.Column("source", sa.SmallInteger, nullable=False),
        _instant("wall_ms", null=True),
        sa.Column("codec", sa.SmallInteger, nullable=False),
        sa.Column("columns", sa.LargeBinary, nullable=False),
        sa.Column("verdicts", sa.LargeBinary),
        sa.Column("head", sa.LargeBinary, nullable=False),
        sa.Column("claim", sa.SmallInteger, nullable=False),
        sa.Column("signature", sa.String(200)),
    )
    op.create_index("ix_batches_screen_t0", "batches", ["screen", "t0"])
    op.create_table(
        "lost_ranges",
        _key(),
        _number("boot"),
        _instant("first"),
        _instant("last"),
        sa.Column("reason", sa.String(64), nullable=False),
        _instant("received_at"),
        sa.Column("head", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_lost_ranges_boot", "lost_ranges", ["boot"])
    op.create_table(
        "quarantine",
        _key(),
        _number("screen"),
        _number("boot"),
        _instant("seq"),
        _number("batch"),
        sa.Column("reason", sa.String(64), nullable=False),
        _instant("at_ms", null=True),
        _instant("received_at"),
        sa.UniqueConstraint("boot", "seq", name="uq_quarantine_boot_seq"),
    )
    op.create_index("ix_quarantine_screen_at_ms", "quarantine", ["screen", "at_ms"])


def _make_screens() -> None:
    op.create_table(
        "logs",
        sa.Column("screen", Number, primary_key=True, autoincrement=False),
        _instant("played_until"),
        _instant("slots_until"),
        _instant("told_until"),
        _number("manifest"),
        _instant("before_until"),
        _instant("widest_ms"),
        _instant("flagged_at", null=True),
        sa.Column("flag_reason", sa.String(64)),
    )
    op.create_table(
        "known_tenures",
        sa.Column("screen", Number, primary_key=True, autoincrement=False),
        sa.Column("from_ms", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("manifest", sa.String(64), nullable=False),
        _instant("until_ms"),
        sa.Column("reported", sa.SmallInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_known_tenures_until_ms", "known_tenures", ["until_ms"])
    op.create_table(
        "followed",
        sa.Column("screen", Number, primary_key=True, autoincrement=False),
        sa.Column("stamp", sa.String(200), nullable=False),
        _number("revision"),
    )
    op.create_table(
        "contacts",
        sa.Column("screen", Number, primary_key=True, autoincrement=False),
        _instant("at_ms"),
        sa.Column("boot", sa.String(64), nullable=False),
        sa.Column("backlog", sa.Integer, nullable=False),
        _instant("version", null=True),
        _instant("clear_at"),
    )


def _make_names() -> None:
    op.create_table("names", _key(), sa.Column("text", sa.String(64), unique=True, nullable=False))
    op.create_table(
        "items",
        _key(),
        sa.Column("asset", sa.Text, nullable=False),
        sa.Column("campaign", sa.String(64), nullable=False),
        sa.UniqueConstraint("asset", "campaign", name="uq_items_asset_campaign"),
    )
    op.create_table(
        "cells",
        _key(),
        _number("unit"),
        _number("territory"),
        sa.Column("venue_kind", sa.String(20), nullable=False),
        _number("line"),
        sa.UniqueConstraint("unit", "territory", "venue_kind", "line", name="uq_cells_unit"),
    )
    op.create_table(
        "placements",
        _key(),
        _number("screen"),
        _instant("from_ms"),
        _number("venue"),
        _number("cell"),
        sa.UniqueConstraint("screen", "from_ms", name="uq_placements_screen_from_ms"),
    )


def _make_rollups() -> None:
    _make_rollup("rollup_screen", "day", "placement", "campaign")
    _make_rollup("rollup_hour", "day", "hour", "campaign", "cell")
    _make_rollup("rollup_day", "day", "campaign", "item", "cell")
    _make_rollup("rollup_late", "day", "placement", "campaign")
    op.create_table(
        "rollup_versions",
        sa.Column("day", Number, primary_key=True, autoincrement=False),
        _number("version"),
    )
    op.create_table(
        "folds",
        sa.Column("screen", Number, primary_key=True, autoincrement=False),
        _number("first_day"),
        _number("until_day"),
    )
    op.create_table(
        "day_seals",
        sa.Column("day", Number, primary_key=True, autoincrement=False),
        sa.Column("boots", sa.Integer, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("head", sa.LargeBinary, nullable=False),
    )


def _make_rollup(name: str, *keys: str) -> None:
    figures = ("expected", "confirmed", "partial", "failed", "pre_empted", "shown_ms")
    op.create_table(
        name,
        *(sa.Column(key, Number, primary_key=True, autoincrement=False) for key in keys),
        *(_instant(figure) for figure in figures),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Take the tables away."""
    for table in reversed(TABLES):
        op.drop_table(table)
