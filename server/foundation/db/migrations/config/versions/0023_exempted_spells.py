"""Times and places of exempted screens, and attestations whose last days were withdrawn."""

import sqlalchemy as sa
from alembic import op

from server.foundation.db.columns import Number

revision = "0023"
down_revision = "0022"

KNOWN = sa.text(
    "SELECT x.exemption_id, x.screen_id, e.from_at, e.until_at, v.id AS venue_id, v.unit_id "
    "FROM exempted_screens x JOIN exemptions e ON e.id = x.exemption_id "
    "JOIN screens s ON s.id = x.screen_id JOIN venues v ON v.id = s.venue_id"
)
BEFORE = sa.text("SELECT DISTINCT exemption_id, screen_id FROM exempted_screens")


def upgrade() -> None:
    """Approved exemptions apply to the current places of their screens."""
    rows = op.get_bind().execute(KNOWN).mappings().all()
    op.drop_table("exempted_screens")
    made = _make(
        sa.Column("from_at", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("until_at", sa.BigInteger, nullable=False),
        sa.Column("venue_id", sa.BigInteger, nullable=False),
        sa.Column("unit_id", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_exempted_screens_venue_id", "exempted_screens", ["venue_id"])
    op.bulk_insert(made, [dict(row) for row in rows])
    op.add_column("attestations", sa.Column("ended_on", sa.Date))


def downgrade() -> None:
    """An exempted screen is exempted for the whole time again."""
    rows = op.get_bind().execute(BEFORE).mappings().all()
    op.drop_table("exempted_screens")
    op.bulk_insert(_make(), [dict(row) for row in rows])
    op.drop_column("attestations", "ended_on")


def _make(*more: sa.Column[int]) -> sa.Table:
    made = op.create_table(
        "exempted_screens",
        _key("exemption_id", "exemptions.id"),
        _key("screen_id", "screens.id"),
        *more,
    )
    op.create_index("ix_exempted_screens_screen_id", "exempted_screens", ["screen_id"])
    return made


def _key(name: str, target: str) -> sa.Column[int]:
    owner = sa.ForeignKey(target, ondelete="CASCADE")
    return sa.Column(name, Number, owner, primary_key=True, autoincrement=False)
