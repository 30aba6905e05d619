"""Hand-overs of signing keys to screens, kept until they are accepted."""

import sqlalchemy as sa
from alembic import op

from server.foundation.db.columns import Number

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Create the list; it is empty until a key is changed."""
    op.create_table(
        "hand_overs",
        sa.Column(
            "screen_id",
            Number,
            sa.ForeignKey("screens.id"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("introduces", sa.String(64), nullable=False),
        sa.Column("manifest", sa.String(64), nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("kid", sa.String(64), nullable=False),
        sa.Column("signature", sa.String(120), nullable=False),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("hand_overs")
