"""How a picture of another shape is fitted to the screens."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Until now every picture was shown whole."""
    fit = sa.Column("fit", sa.String(8), nullable=False, server_default="whole")
    op.add_column("assets", fit)


def downgrade() -> None:
    """Take it away."""
    op.drop_column("assets", "fit")
