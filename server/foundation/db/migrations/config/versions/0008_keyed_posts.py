"""The table of POSTs that came with an Idempotency-Key."""

import sqlalchemy as sa
from alembic import op

from server.foundation.db.columns import Number

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "keyed_posts",
        sa.Column("id", Number, primary_key=True, autoincrement=True),
        sa.Column("user_id", Number, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("answer", sa.LargeBinary),
        sa.Column("created_at", sa.BigInteger, nullable=False, index=True),
        sa.UniqueConstraint("user_id", "key_hash"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """Take the table away."""
    op.drop_table("keyed_posts")
