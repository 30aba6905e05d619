"""Spot checks, their pictures, and how many are drawn."""

import sqlalchemy as sa
from alembic import op

from server.foundation.db.columns import Number

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "spot_checks",
        sa.Column("id", Number, primary_key=True, autoincrement=True),
        sa.Column("screen_id", Number, sa.ForeignKey("screens.id"), nullable=False),
        sa.Column("why", sa.String(8), nullable=False),
        sa.Column("frame", sa.String(255)),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("asked_by", Number, sa.ForeignKey("users.id")),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("answered_at", sa.BigInteger),
        sa.Column("answered_by", Number, sa.ForeignKey("users.id")),
        sa.Column("late", sa.Boolean, nullable=False),
        sa.Column("error", sa.String(200)),
        sa.Column("hint", sa.String(16)),
        sa.Column("facts", sa.JSON),
        sa.Column("verdict", sa.String(7)),
        sa.Column("judged_by", Number, sa.ForeignKey("users.id")),
        sa.Column("judged_at", sa.BigInteger),
        sa.Column("note", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_spot_checks_state_due_at", "spot_checks", ["state", "due_at"])
    op.create_index("ix_spot_checks_screen_id", "spot_checks", ["screen_id"])
    op.create_index("ix_spot_checks_asked_at", "spot_checks", ["asked_at"])
    op.create_table(
        "spot_pictures",
        sa.Column(
            "check_id",
            Number,
            sa.ForeignKey("spot_checks.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("kind", sa.String(5), primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "spot_plan",
        sa.Column("id", Number, primary_key=True, autoincrement=False),
        sa.Column("per_day", sa.Integer, nullable=False),
        sa.Column("photos_per_day", sa.Integer, nullable=False),
        sa.Column("photo_minutes", sa.Integer, nullable=False),
        sa.Column("keep_days", sa.Integer, nullable=False),
        sa.Column("open_ms", sa.BigInteger),
    )


def downgrade() -> None:
    """Take the tables away."""
    op.drop_table("spot_plan")
    op.drop_table("spot_pictures")
    op.drop_table("spot_checks")
