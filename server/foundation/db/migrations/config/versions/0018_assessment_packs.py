"""Assessment packs, the units that they are about, and their files."""

import sqlalchemy as sa
from alembic import op

from server.foundation.db.columns import Number

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "assessment_packs",
        sa.Column("id", Number, primary_key=True, autoincrement=True),
        sa.Column("author_id", Number, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("from_on", sa.Date, nullable=False),
        sa.Column("to_on", sa.Date, nullable=False),
        sa.Column("state", sa.String(6), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("frozen_at", sa.BigInteger),
        sa.Column("figures", sa.Text),
        sa.Column("digest", sa.String(64)),
        sa.Column("signature", sa.String(100)),
        sa.Column("key", sa.JSON),
        sa.CheckConstraint("from_on <= to_on", name="lasts"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "assessment_pack_units",
        _pack(),
        _unit(),
        sa.Column("position", sa.Integer, nullable=False),
    )
    op.create_index("ix_assessment_pack_units_unit_id", "assessment_pack_units", ["unit_id"])
    op.create_table(
        "assessment_pack_files",
        _pack(),
        _unit(),
        sa.Column("kind", sa.String(4), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    """Take the tables away."""
    op.drop_table("assessment_pack_files")
    op.drop_table("assessment_pack_units")
    op.drop_table("assessment_packs")


def _pack() -> "sa.Column[int]":
    return sa.Column(
        "pack_id",
        Number,
        sa.ForeignKey("assessment_packs.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )


def _unit() -> "sa.Column[int]":
    return sa.Column(
        "unit_id", Number, sa.ForeignKey("units.id"), primary_key=True, autoincrement=False
    )
