"""Sums of uptime by hour over all screens of a day, and by cell.

`whole` and `cells` are packed by server/monitoring/availability/hour_sums.py; `places` is a
checksum of the moves by which screens came into their cells. Releases that don't know the table
write days without deleting their sums; the mark `hours` shows it.
"""

import sqlalchemy as sa
from alembic import op

from server.foundation.db.columns import Number

revision = "0008_0004"
down_revision = "0007_0004"


def upgrade() -> None:
    """Make the table; the job fills it."""
    op.create_table(
        "uptime_hours",
        sa.Column("day", Number, primary_key=True, autoincrement=False),
        sa.Column("places", sa.BigInteger, nullable=False),
        sa.Column("whole", sa.LargeBinary, nullable=False),
        sa.Column("cells", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("uptime_hours")
