"""Exemptions, and the screens that each is for."""

import sqlalchemy as sa
from alembic import op

from server.foundation.db.columns import Number

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "exemptions",
        sa.Column("id", Number, primary_key=True, autoincrement=True),
        sa.Column("unit_id", Number, sa.ForeignKey("units.id"), nullable=False),
        sa.Column("author_id", Number, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("selector", sa.JSON, nullable=False),
        sa.Column("reach", sa.JSON, nullable=False),
        sa.Column("from_at", sa.BigInteger, nullable=False),
        sa.Column("until_at", sa.BigInteger, nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("file", sa.String(200), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("decided_at", sa.BigInteger),
        sa.CheckConstraint("from_at < until_at", name="lasts"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_exemptions_unit_id", "exemptions", ["unit_id"])
    op.create_index("ix_exemptions_state", "exemptions", ["state"])
    op.create_table(
        "exempted_screens",
        sa.Column(
            "exemption_id",
            Number,
            sa.ForeignKey("exemptions.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column(
            "screen_id",
            Number,
            sa.ForeignKey("screens.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
    )
    op.create_index("ix_exempted_screens_screen_id", "exempted_screens", ["screen_id"])


def downgrade() -> None:
    """Take the tables away."""
    op.drop_table("exempted_screens")
    op.drop_table("exemptions")
