"""Bundled batches: metadata of each original batch, and each screen's bundling mark.

Without the column's value a row is an ordinary batch.
"""

import sqlalchemy as sa
from alembic import op

from server.foundation.db.columns import Number

revision = "0005_0004"
down_revision = "0004"


def upgrade() -> None:
    """Add the column, and the table."""
    op.add_column("batches", sa.Column("sheaf", sa.LargeBinary))
    op.create_table(
        "sheaf_marks",
        sa.Column("screen", Number, primary_key=True, autoincrement=False),
        sa.Column("until_ms", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    """Take both away."""
    op.drop_table("sheaf_marks")
    op.drop_column("batches", "sheaf")
