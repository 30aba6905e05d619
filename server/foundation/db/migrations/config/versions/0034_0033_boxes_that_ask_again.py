"""By what a box whose answer was lost is known again: the hash of a secret that it made itself."""

import sqlalchemy as sa
from alembic import op

revision = "0034_0033"
down_revision = "0033"


def upgrade() -> None:
    """Empty for all that came before: such a box is let in by a person, as it was."""
    op.add_column("screen_boxes", sa.Column("box_hash", sa.String(64)))
    op.add_column("pairings", sa.Column("box_hash", sa.String(64)))


def downgrade() -> None:
    """Take them away."""
    op.drop_column("pairings", "box_hash")
    op.drop_column("screen_boxes", "box_hash")
