"""What authors say of AI-generated content in their material, and the label that files had."""

import sqlalchemy as sa
from alembic import op

revision = "0037_0033"
down_revision = "0036_0033"


def upgrade() -> None:
    """Unknown for what is there. Older releases add nulls, which is the same."""
    op.add_column("assets", sa.Column("ai", sa.String(8), nullable=True))
    op.add_column("assets", sa.Column("ai_label", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Take it away; marks and labels stay in the renditions."""
    op.drop_column("assets", "ai_label")
    op.drop_column("assets", "ai")
