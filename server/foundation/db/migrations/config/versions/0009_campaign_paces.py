"""Daily paces of campaigns with totals."""

import sqlalchemy as sa
from alembic import op

from server.foundation.db.columns import Number

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "campaign_paces",
        sa.Column(
            "campaign_id",
            Number,
            sa.ForeignKey("campaigns.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("begun_at", sa.BigInteger, nullable=False),
        sa.Column("begun_with", sa.BigInteger, nullable=False),
        sa.Column("nominal", sa.Double, nullable=False),
        sa.Column("confirmed", sa.BigInteger, nullable=False),
        sa.Column("pending", sa.BigInteger, nullable=False),
        sa.Column("due", sa.BigInteger, nullable=False),
        sa.Column("rate", sa.Double, nullable=False),
        sa.Column("most", sa.Double, nullable=False),
        sa.Column("unreachable", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    """Take the table away."""
    op.drop_table("campaign_paces")
