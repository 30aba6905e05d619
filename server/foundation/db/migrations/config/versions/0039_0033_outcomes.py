"""Figures on what publicity achieved, entered by hand for the units of an assessment pack."""

import sqlalchemy as sa
from alembic import op

revision = "0039_0033"
down_revision = "0038_0033"


def upgrade() -> None:
    """Nothing was entered for the packs that are there. Older releases add nulls."""
    op.add_column("assessment_pack_units", sa.Column("outcomes", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Take it away; frozen figures and files keep what they have."""
    op.drop_column("assessment_pack_units", "outcomes")
