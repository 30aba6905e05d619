"""The rows of a report: the person's scope and the filters, as cells and placements."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from server.foundation.civil_time import Civil
from server.reporting.delivery.placements_cache import Cell, Placed, Places

GroupBy = Literal[
    "campaign", "unit", "territory", "venue_kind", "venue", "screen", "line", "day", "hour"
]
Grouping = GroupBy | Literal["screen_day", "venue_campaign"]
"""What figures are grouped by: the public groupings, and pairs for features built on these."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The person's scope and filters; None is no limit. Units include all below them.

    `but_campaigns` are left out for everybody.
    """

    units: frozenset[int] | None = None
    venues: frozenset[int] | None = None
    unit: frozenset[int] | None = None
    territory: frozenset[int] | None = None
    venue_kind: str | None = None
    venue_kinds: frozenset[str] | None = None
    venue: int | None = None
    screen: int | None = None
    line: int | None = None
    campaign: int | None = None
    but_campaigns: frozenset[int] = frozenset()

    def allow_campaign(self, campaign: int) -> bool:
        """Whether plays of a campaign are within the limits; 0 is those of none."""
        return campaign not in self.but_campaigns and self.campaign in {None, campaign}

    def allow_cell(self, cell: Cell) -> bool:
        """Whether rows of a cell are within the limits."""
        return (
            (self.units is None or cell.unit in self.units)
            and (self.unit is None or cell.unit in self.unit)
            and (self.territory is None or cell.territory in self.territory)
            and (self.venue_kind is None or cell.venue_kind == self.venue_kind)
            and (self.venue_kinds is None or cell.venue_kind in self.venue_kinds)
            and (self.line is None or cell.line == self.line)
        )

    def allow_spot(self, spot: Placed) -> bool:
        """Whether rows of a placement in an allowed cell are."""
        return (
            (self.venues is None or spot.venue in self.venues)
            and (self.venue is None or spot.venue == self.venue)
            and (self.screen is None or spot.screen == self.screen)
        )

    @property
    def by_cell(self) -> bool:
        """Whether any limit is a property of cells."""
        units, kinds = (self.units, self.unit, self.territory), (self.venue_kind, self.venue_kinds)
        return any(limit is not None for limit in (*units, *kinds, self.line))

    @property
    def by_place(self) -> bool:
        """Whether single screens or venues are selected, which cells don't have."""
        return any(limit is not None for limit in (self.venues, self.venue, self.screen))


@dataclass(frozen=True, slots=True)
class Selection:
    """Days [from_day, until_day) as ordinals, the grouping, and the places within the limits."""

    from_day: int
    until_day: int
    group_by: Grouping
    limits: Limits
    places: Places
    cells: Mapping[int, Cell]
    spots: Mapping[int, Placed]

    @property
    def by_day(self) -> bool:
        """Whether it groups by day and not by hour."""
        return self.group_by in {"day", "screen_day"}

    @property
    def by_place(self) -> bool:
        """Whether it groups by single placements."""
        return self.group_by in {"screen", "venue", "screen_day", "venue_campaign"}

    @property
    def all_cells(self) -> bool:
        """Whether nothing is left out, so that queries need no list."""
        return len(self.cells) == len(self.places.cells)

    @property
    def all_spots(self) -> bool:
        """The same for placements."""
        return len(self.spots) == len(self.places.spots)


def select_places(
    places: Places, first: date, last: date, group_by: Grouping, limits: Limits
) -> Selection:
    """The selection of a report on the days first..last (both inclusive)."""
    cells, spots = places.cells, places.spots
    if limits.by_cell:
        cells = {key: cell for key, cell in cells.items() if limits.allow_cell(cell)}
    if limits.by_place or len(cells) < len(places.cells):
        spots = {
            key: spot
            for key, spot in spots.items()
            if spot.cell in cells and limits.allow_spot(spot)
        }
    return Selection(
        from_day=first.toordinal(),
        until_day=last.toordinal() + 1,
        group_by=group_by,
        limits=limits,
        places=places,
        cells=cells,
        spots=spots,
    )


def placements_within(selection: Selection) -> Mapping[int, Sequence[tuple[int, Placed]]]:
    """By screen its placements within the limits, with their numbers, in order of time."""
    if selection.all_spots:
        return selection.places.by_screen
    found: defaultdict[int, list[tuple[int, Placed]]] = defaultdict(list)
    for key, placed in selection.spots.items():
        found[placed.screen].append((key, placed))
    return dict(found)


def last_venues(selection: Selection, civil: Civil) -> Mapping[int, int]:
    """By screen, its last venue within the limits, which names it in a report.

    Its present venue may be out of the reader's scope.
    """
    until_ms = civil.start_of(selection.until_day)
    spots = selection.spots.values()
    return {spot.screen: spot.venue for spot in spots if spot.from_ms < until_ms}
