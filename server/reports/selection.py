"""Which rows a report is about: the person's scope and the filters, as cells and placements."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from server.playback.driver import Tx

GroupBy = Literal[
    "campaign", "unit", "territory", "venue_kind", "venue", "screen", "line", "day", "hour"
]
Grouping = GroupBy | Literal["screen_day"]
"""What figures are told apart by: as people ask for it, or by screen and day for features above."""
GROUPS: Final[tuple[GroupBy, ...]] = (
    "campaign",
    "unit",
    "territory",
    "venue_kind",
    "venue",
    "screen",
    "line",
    "day",
    "hour",
)


@dataclass(frozen=True, slots=True)
class Cell:
    """Unit, territory, venue kind and line of a placement; numbers, 0 for none."""

    unit: int
    territory: int
    venue_kind: str
    line: int


@dataclass(frozen=True, slots=True)
class Placed:
    """A placement: which screen stood where, from when on."""

    screen: int
    venue: int
    cell: int
    from_ms: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What the person may see and asks for; None is no limit. Units stand for all below them.

    `but_campaigns` are left out whoever asks.
    """

    units: frozenset[int] | None = None
    venues: frozenset[int] | None = None
    unit: frozenset[int] | None = None
    territory: frozenset[int] | None = None
    venue_kind: str | None = None
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
    def by_place(self) -> bool:
        """Whether single screens or venues are asked for, which cells don't tell apart."""
        return not (self.venues is None and self.venue is None and self.screen is None)


@dataclass(frozen=True, slots=True)
class Selection:
    """Days [from_day, until_day) as ordinals, the grouping, and the places within the limits.

    `all_cells`, `all_spots`: nothing is left out, so that queries need no list.
    """

    from_day: int
    until_day: int
    group_by: Grouping
    limits: Limits
    cells: Mapping[int, Cell]
    spots: Mapping[int, Placed]
    all_cells: bool
    all_spots: bool

    @property
    def by_day(self) -> bool:
        """Whether days are told apart, and hours aren't."""
        return self.group_by in {"day", "screen_day"}

    @property
    def by_place(self) -> bool:
        """Whether single placements are told apart."""
        return self.group_by in {"screen", "venue", "screen_day"}


def select_places(tx: Tx, first: date, last: date, group_by: Grouping, limits: Limits) -> Selection:
    """The selection of a report on the days first..last (both inclusive)."""
    cells = {
        key: Cell(*row)
        for key, *row in tx.rows("SELECT id, unit, territory, venue_kind, line FROM cells")
    }
    kept = {key: cell for key, cell in cells.items() if limits.allow_cell(cell)}
    spots = {
        key: Placed(*row)
        for key, *row in tx.rows("SELECT id, screen, venue, cell, from_ms FROM placements")
    }
    kept_spots = {
        key: spot for key, spot in spots.items() if spot.cell in kept and limits.allow_spot(spot)
    }
    return Selection(
        from_day=first.toordinal(),
        until_day=last.toordinal() + 1,
        group_by=group_by,
        limits=limits,
        cells=kept,
        spots=kept_spots,
        all_cells=len(kept) == len(cells),
        all_spots=len(kept_spots) == len(spots),
    )
