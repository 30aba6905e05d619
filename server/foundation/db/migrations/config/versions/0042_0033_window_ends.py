"""An index of the ends of takeovers' windows."""

from alembic import op

revision = "0042_0033"
down_revision = "0041_0033"
NAME = "ix_assigned_takeovers_until_ms"


def upgrade() -> None:
    """Windows that aren't over are found without those of earlier years."""
    op.create_index(NAME, "assigned_takeovers", ["until_ms"])


def downgrade() -> None:
    """Read a screen's windows of all years again."""
    op.drop_index(NAME, "assigned_takeovers")
