"""The filmstrip of a clip."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make room for its digest."""
    op.add_column("assets", sa.Column("filmstrip", sa.String(64)))
    op.create_index("ix_assets_filmstrip", "assets", ["filmstrip"])


def downgrade() -> None:
    """Take it away."""
    op.drop_index("ix_assets_filmstrip", "assets")
    op.drop_column("assets", "filmstrip")
