"""The end of each boot's plays by its monotonic clock, so that none overlaps another."""

import sqlalchemy as sa
from alembic import op

revision = "0006_0004"
down_revision = "0005_0004"


def upgrade() -> None:
    """Add the column; null for existing boots."""
    op.add_column(
        "boots", sa.Column("mono_until", sa.BigInteger, nullable=False, server_default="0")
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_column("boots", "mono_until")
