"""Releases of the player and their roll-outs; acts on many screens and what became of them."""

import sqlalchemy as sa
from alembic import op

from server.foundation.db.columns import Number

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "player_files",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "player_releases",
        sa.Column("id", Number, primary_key=True, autoincrement=True),
        sa.Column("name", sa.String(40), nullable=False, unique=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("files", sa.JSON, nullable=False),
        sa.Column("rules", sa.JSON),
        sa.Column("ring", sa.Integer, nullable=False),
        sa.Column("former", sa.String(40), nullable=False),
        sa.Column("halt", sa.JSON),
        sa.Column("registered_at", sa.BigInteger, nullable=False),
        sa.Column("started_at", sa.BigInteger),
        sa.Column("resumed_at", sa.BigInteger),
        sa.Column("completed_at", sa.BigInteger),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_player_releases_state", "player_releases", ["state"])
    op.create_table(
        "release_screens",
        sa.Column("release_id", Number, _under("player_releases"), primary_key=True),
        sa.Column("screen_id", Number, _under("screens"), primary_key=True),
        sa.Column("ring", sa.Integer, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("told_at", sa.BigInteger, nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        sa.Column("failed_at", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("before", sa.Double, nullable=False),
    )
    op.create_index("ix_release_screens_screen_id", "release_screens", ["screen_id"])
    op.create_index("ix_screens_player", "screens", ["player"])
    op.create_table(
        "bulk_acts",
        sa.Column("id", Number, primary_key=True, autoincrement=True),
        sa.Column("user_id", Number, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("args", sa.JSON, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("finished_at", sa.BigInteger),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_bulk_acts_created_at", "bulk_acts", ["created_at"])
    op.create_table(
        "bulk_outcomes",
        sa.Column("bulk_id", Number, _under("bulk_acts"), primary_key=True),
        sa.Column("screen_id", Number, _under("screens"), primary_key=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("error", sa.String(200)),
        sa.Column("command_id", Number),
        sa.Column("at", sa.BigInteger),
    )
    op.create_index("ix_bulk_outcomes_screen_id", "bulk_outcomes", ["screen_id"])


def downgrade() -> None:
    """Take the tables away."""
    op.drop_index("ix_screens_player", "screens")
    for table in (
        "bulk_outcomes",
        "bulk_acts",
        "release_screens",
        "player_releases",
        "player_files",
    ):
        op.drop_table(table)


def _under(table: str) -> sa.ForeignKey:
    return sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
