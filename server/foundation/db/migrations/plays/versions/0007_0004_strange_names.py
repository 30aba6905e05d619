"""The number of unknown names that each screen has brought, to limit them."""

import sqlalchemy as sa
from alembic import op

revision = "0007_0004"
down_revision = "0006_0004"


def upgrade() -> None:
    """Add the column; earlier names are not counted."""
    op.add_column(
        "logs", sa.Column("strange_names", sa.Integer, nullable=False, server_default="0")
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_column("logs", "strange_names")
