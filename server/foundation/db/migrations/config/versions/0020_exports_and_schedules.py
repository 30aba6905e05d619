"""Exports of plays that people ordered; reports that come round by the clock, and their files."""

import sqlalchemy as sa
from alembic import op

from server.foundation.db.columns import Number

revision = "0020"
down_revision = "0018"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "play_exports",
        sa.Column("id", Number, primary_key=True, autoincrement=True),
        _user("CASCADE"),
        sa.Column("screen_id", Number),
        sa.Column("first", sa.Date, nullable=False),
        sa.Column("last", sa.Date, nullable=False),
        sa.Column("form", sa.String(6), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("state", sa.String(6), nullable=False),
        sa.Column("reason_zh", sa.Text),
        sa.Column("reason_en", sa.Text),
        sa.Column("expected", sa.BigInteger, nullable=False),
        sa.Column("rows", sa.BigInteger),
        sa.Column("bytes", sa.BigInteger),
        sa.Column("screens", sa.JSON, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("finished_at", sa.BigInteger),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_play_exports_user_id_id", "play_exports", ["user_id", "id"])
    op.create_table(
        "report_schedules",
        sa.Column("id", Number, primary_key=True, autoincrement=True),
        _user(None),
        sa.Column("kind", sa.String(7), nullable=False),
        sa.Column("hour", sa.Integer, nullable=False),
        sa.Column("group_by", sa.String(10), nullable=False),
        sa.Column("filters", sa.JSON, nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("next_first", sa.Date, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_report_schedules_user_id", "report_schedules", ["user_id"])
    _make_files()


def downgrade() -> None:
    """Take the tables away."""
    op.drop_table("report_files")
    op.drop_table("report_schedules")
    op.drop_table("play_exports")


def _make_files() -> None:
    op.create_table(
        "report_files",
        sa.Column("id", Number, primary_key=True, autoincrement=True),
        sa.Column("schedule_id", Number, sa.ForeignKey("report_schedules.id"), nullable=False),
        sa.Column("kind", sa.String(7), nullable=False),
        sa.Column("first", sa.Date, nullable=False),
        sa.Column("last", sa.Date, nullable=False),
        sa.Column("group_by", sa.String(10), nullable=False),
        sa.Column("filters", sa.JSON, nullable=False),
        sa.Column("state", sa.String(7), nullable=False),
        sa.Column("reason_zh", sa.Text),
        sa.Column("reason_en", sa.Text),
        sa.Column("scope", sa.JSON, nullable=False),
        sa.Column("digest", sa.String(64)),
        sa.Column("bytes", sa.BigInteger),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("finished_at", sa.BigInteger),
        sa.UniqueConstraint("schedule_id", "kind", "first"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_report_files_schedule_id_id", "report_files", ["schedule_id", "id"])


def _user(ondelete: str | None) -> sa.Column[int]:
    key = sa.ForeignKey("users.id", ondelete=ondelete)
    return sa.Column("user_id", Number, key, nullable=False)
