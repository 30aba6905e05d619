"""The query of the fleet page."""

from dataclasses import dataclass
from typing import Literal

from server.inventory.venues.kinds import VEHICLES
from server.monitoring.fleet.status import State

By = Literal["line", "unit"]


@dataclass(frozen=True)
class FleetQuery:
    """Days (ordinals) and filters; None is no limit.

    By line only vehicles are listed, by unit all venues. A screen counts on the days when it was on
    the line or in the unit, and at the venue if one is given; a given screen counts on all days
    that the person may see. `gone`: also screens that have left or were retired.
    """

    days: range
    by: By = "line"
    units: frozenset[int] | None = None
    line: int | None = None
    depot: str | None = None
    kind: str | None = None
    state: State | None = None
    venue: int | None = None
    screen: int | None = None
    gone: bool = False

    def takes(self, kind: str, unit: int, line: int | None, depot: str | None, venue: int) -> bool:
        """Whether a venue with this kind, unit, line and depot matches."""
        return (
            (self.by == "unit" or kind in VEHICLES)
            and (self.units is None or unit in self.units)
            and self.line in {None, line}
            and self.kind in {None, kind}
            and self.depot in {None, depot}
            and self.venue in {None, venue}
        )
