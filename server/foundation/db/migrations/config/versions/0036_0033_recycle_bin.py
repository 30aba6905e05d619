"""Deleted drafts are kept for a while, and acts on many screens with how it was before them."""

import sqlalchemy as sa
from alembic import op

revision = "0036_0033"
down_revision = "0035_0033"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Empty, and nothing can be taken back of what was done before. Older releases add nulls."""
    op.create_table(
        "binned_items",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("object", sa.String(20), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("unit_id", NUMBER, nullable=False),
        sa.Column("author_id", NUMBER, nullable=True),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("deleted_by", NUMBER, nullable=True),
        sa.Column("deleted_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name="fk_binned_items_unit_id_units", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name="fk_binned_items_author_id_users",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["deleted_by"], ["users.id"], name="fk_binned_items_deleted_by_users",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_binned_items"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_index("ix_binned_items_unit_id", "binned_items", ["unit_id"])
    op.create_index("ix_binned_items_deleted_at", "binned_items", ["deleted_at"])
    op.add_column("bulk_outcomes", sa.Column("before", sa.JSON(), nullable=True))
    op.add_column("bulk_acts", sa.Column("undone_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """Take it away; what is in the bin is gone with it."""
    op.drop_column("bulk_acts", "undone_at")
    op.drop_column("bulk_outcomes", "before")
    op.drop_table("binned_items")
