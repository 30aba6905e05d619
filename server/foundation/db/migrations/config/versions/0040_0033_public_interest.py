"""Whether a campaign is in the public interest (公益)."""

import sqlalchemy as sa
from alembic import op

revision = "0040_0033"
down_revision = "0039_0033"


def upgrade() -> None:
    """Unknown for what is there. Older releases add nulls."""
    op.add_column("campaign_versions", sa.Column("public_interest", sa.Boolean(), nullable=True))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("campaign_versions", "public_interest")
