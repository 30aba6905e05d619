"""Lists of scams, tools and keywords as an office edited them."""

import sqlalchemy as sa
from alembic import op

revision = "0038_0033"
down_revision = "0037_0033"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Empty: the delivered lists are in force. Releases without this table ignore it."""
    op.create_table(
        "reference_lists",
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("user_id", NUMBER, nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_reference_lists_user_id_users"),
        sa.PrimaryKeyConstraint("name", name="pk_reference_lists"),
    )


def downgrade() -> None:
    """Take it away; the delivered lists are in force again."""
    op.drop_table("reference_lists")
