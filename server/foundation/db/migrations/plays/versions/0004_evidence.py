"""Adjustments by all keys of the roll-ups; the signing key of a boot's batches.

Earlier adjustments have only day, place and campaign: they get hour 0 and no item, and `rollups
verify --rebuild` recounts them.
"""

import sqlalchemy as sa
from alembic import op

from server.foundation.db.columns import Number

revision = "0004"
down_revision = "0003"

FIGURES = ("expected", "confirmed", "partial", "failed", "pre_empted", "shown_ms")
OLD = ("day", "placement", "campaign")
NEW = (*OLD, "hour", "item", "cell")


def upgrade() -> None:
    """Recreate the table of adjustments with more keys, and add the column."""
    _make("rollup_adjusted", NEW)
    figures = ", ".join(f"l.{figure}" for figure in FIGURES)
    op.execute(
        f"INSERT INTO rollup_adjusted ({', '.join((*NEW, *FIGURES))}) "  # noqa: S608 - names written here
        f"SELECT l.day, l.placement, l.campaign, 0, 0, COALESCE(p.cell, 0), {figures} "
        "FROM rollup_late l LEFT JOIN placements p ON p.id = l.placement"
    )
    op.drop_table("rollup_late")
    op.rename_table("rollup_adjusted", "rollup_late")
    op.add_column("boots", sa.Column("key", sa.String(64)))


def downgrade() -> None:
    """Sum the adjustments up again, and drop the column."""
    op.drop_column("boots", "key")
    _make("rollup_plain", OLD)
    sums = ", ".join(f"SUM({figure})" for figure in FIGURES)
    op.execute(
        f"INSERT INTO rollup_plain ({', '.join((*OLD, *FIGURES))}) "  # noqa: S608 - names written here
        f"SELECT {', '.join(OLD)}, {sums} FROM rollup_late GROUP BY {', '.join(OLD)}"
    )
    op.drop_table("rollup_late")
    op.rename_table("rollup_plain", "rollup_late")


def _make(name: str, keys: tuple[str, ...]) -> None:
    op.create_table(
        name,
        *(sa.Column(key, Number, primary_key=True, autoincrement=False) for key in keys),
        *(sa.Column(figure, sa.BigInteger, nullable=False) for figure in FIGURES),
        sqlite_with_rowid=False,
    )
