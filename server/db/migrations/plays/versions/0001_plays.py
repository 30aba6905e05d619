"""The tables of plays."""

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Take the tables away."""
