"""Download windows of a screen, by its newest assignment."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the column."""
    op.add_column("assignments", sa.Column("metered", sa.JSON))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("assignments", "metered")
