"""The numbers by which a district's own lists know its venues and lines."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

TABLES = ("venues", "lines")


def upgrade() -> None:
    """Add the codes, unique in the district; existing rows have none."""
    for table in TABLES:
        op.add_column(table, sa.Column("code", sa.String(60)))
        op.create_index(f"ix_{table}_code", table, ["code"], unique=True)


def downgrade() -> None:
    """Forget the codes."""
    for table in TABLES:
        op.drop_index(f"ix_{table}_code", table)
        op.drop_column(table, "code")
