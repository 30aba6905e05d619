"""Receipts of assignments in a table of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0041_0033"
down_revision = "0040_0033"


def upgrade() -> None:
    """With the receipts so far. Older releases write theirs into `assignments` as before."""
    op.create_table(
        "assignment_receipts",
        sa.Column(
            "screen_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.ForeignKey("screens.id"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(64)),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.execute(
        "INSERT INTO assignment_receipts (screen_id, version, state, reason, at)"
        " SELECT screen_id, acked_version, acked_state, ack_reason, COALESCE(acked_at, 0)"
        " FROM assignments WHERE acked_version IS NOT NULL AND acked_state IS NOT NULL"
    )


def downgrade() -> None:
    """Forget them: with its next heartbeat each screen reports its version again."""
    op.drop_table("assignment_receipts")
