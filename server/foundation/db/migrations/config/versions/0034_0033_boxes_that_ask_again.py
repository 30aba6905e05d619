"""The hash of a box's own secret, which identifies a box that repeats a lost enrolment."""

import sqlalchemy as sa
from alembic import op

revision = "0034_0033"
down_revision = "0033"


def upgrade() -> None:
    """Null for existing boxes: a person admits them, as before."""
    op.add_column("screen_boxes", sa.Column("box_hash", sa.String(64)))
    op.add_column("pairings", sa.Column("box_hash", sa.String(64)))


def downgrade() -> None:
    """Take them away."""
    op.drop_column("pairings", "box_hash")
    op.drop_column("screen_boxes", "box_hash")
