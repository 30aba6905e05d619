"""Counts of ended jobs by kind and outcome, as job rows are deleted after three days."""

import sqlalchemy as sa
from alembic import op

revision = "0035_0033"
down_revision = "0034_0033"


def upgrade() -> None:
    """Empty: counting begins here. Releases without this table ignore it."""
    op.create_table(
        "job_counts",
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("ended", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "outcome", name="pk_job_counts"),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("job_counts")
