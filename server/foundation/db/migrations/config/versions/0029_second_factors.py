"""Second factors of people, and their recovery codes."""

import sqlalchemy as sa
from alembic import op

from server.foundation.db.columns import Number

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "second_factors",
        sa.Column(
            "user_id",
            Number,
            sa.ForeignKey("users.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("last_step", sa.BigInteger, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("confirmed_at", sa.BigInteger),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("id", Number, primary_key=True, autoincrement=True),
        sa.Column("user_id", Number, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("used_at", sa.BigInteger),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_recovery_codes_user_id", "recovery_codes", ["user_id"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("recovery_codes")
    op.drop_table("second_factors")
