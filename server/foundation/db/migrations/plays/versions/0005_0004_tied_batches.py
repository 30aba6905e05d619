"""Batches that were tied together: what was said of each, and how far each screen's are.

Without the column a row is a batch as any other, of all their plays.
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
