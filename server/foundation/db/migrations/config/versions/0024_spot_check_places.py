"""Where a spot check was drawn, which stays when its screen, venue or unit moves."""

import sqlalchemy as sa
from alembic import op

from server.foundation.db.columns import Number

revision = "0024"
down_revision = "0023"

PLACES = (("venue_id", "venues.id"), ("unit_id", "units.id"), ("territory_id", "units.id"))
FRAME = "frame_unit_id"
FILL = """
UPDATE spot_checks SET (venue_id, unit_id, territory_id) = (
    SELECT venues.id, venues.unit_id, venues.territory_unit_id
    FROM screens JOIN venues ON venues.id = screens.venue_id
    WHERE screens.id = spot_checks.screen_id
)
"""
# The last number of a path is the unit's own, wherever it is in the tree now; `/` is all units.
UNIT = sa.text("SELECT id FROM units WHERE id = :number OR (:number = 0 AND parent_id IS NULL)")
FRAMED = sa.text(f"UPDATE spot_checks SET {FRAME} = :unit WHERE frame = :path")  # noqa: S608 - a name of this file
BACK = sa.text(
    f"UPDATE spot_checks SET frame = (SELECT path FROM units WHERE id = {FRAME})"  # noqa: S608 - a name of this file
)


def upgrade() -> None:
    """Add the places; so far a check belonged to its screen's current place."""
    for name, target in (*PLACES, (FRAME, "units.id")):
        column = sa.Column(name, Number, sa.ForeignKey(target))
        op.add_column("spot_checks", column, inline_references=True)
    op.execute(FILL)
    paths = op.get_bind().scalars(sa.text("SELECT DISTINCT frame FROM spot_checks")).all()
    for path in filter(None, paths):
        number = int(path.strip("/").rpartition("/")[2] or 0)
        unit = op.get_bind().scalar(UNIT, {"number": number})
        op.get_bind().execute(FRAMED, {"unit": unit, "path": path})
    op.drop_column("spot_checks", "frame")


def downgrade() -> None:
    """A check belongs to its screen's current place again."""
    op.add_column("spot_checks", sa.Column("frame", sa.String(255)))
    op.execute(BACK)
    for name in (FRAME, *(name for name, _ in reversed(PLACES))):
        op.drop_column("spot_checks", name)
