"""Why an asset has no rendition of a class that some screen has."""

import sqlalchemy as sa
from alembic import op

from server.foundation.db.columns import Number

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "asset_gaps",
        sa.Column("id", Number, primary_key=True, autoincrement=True),
        sa.Column(
            "asset_id", Number, sa.ForeignKey("assets.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("cls", sa.String(40), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("reason_zh", sa.Text, nullable=False),
        sa.Column("reason_en", sa.Text, nullable=False),
        sa.Column("found_at", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("asset_id", "cls"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """Take the table away."""
    op.drop_table("asset_gaps")
