"""A cache of screen placements, reloaded as soon as any of them has changed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from server.playlog.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class Cell:
    """Unit, territory, venue kind and line of a placement; numbers, 0 for none."""

    unit: int
    territory: int
    venue_kind: str
    line: int


@dataclass(frozen=True, slots=True)
class Placed:
    """A placement: the screen, its venue and cell, and its start."""

    screen: int
    venue: int
    cell: int
    from_ms: int


@dataclass(frozen=True, slots=True)
class Places:
    """All cells and placements by their numbers, placements in order of time.

    `by_screen` are the same by screen; `moves` the times at which a screen came to another place.
    `only` is the one placement of each screen that was never moved, `of_venue` all placements of
    a venue.
    """

    cells: Mapping[int, Cell]
    spots: Mapping[int, Placed]
    by_screen: Mapping[int, Sequence[tuple[int, Placed]]]
    moves: Mapping[int, Sequence[int]]
    only: Mapping[int, int]
    of_venue: Mapping[int, Sequence[int]]


def read_places(tx: Tx) -> Places:
    """The placements and cells in the store."""
    cells = tx.rows("SELECT id, unit, territory, venue_kind, line FROM cells")
    spots = tx.rows("SELECT id, screen, venue, cell, from_ms FROM placements ORDER BY from_ms, id")
    return places_of(
        {key: Cell(*row) for key, *row in cells}, {key: Placed(*row) for key, *row in spots}
    )


def places_of(cells: Mapping[int, Cell], spots: Mapping[int, Placed]) -> Places:
    """Placements with their indices by screen and venue; in order of time."""
    by_screen: defaultdict[int, list[tuple[int, Placed]]] = defaultdict(list)
    moves: defaultdict[int, list[int]] = defaultdict(list)
    of_venue: defaultdict[int, list[int]] = defaultdict(list)
    for key, placed in spots.items():
        by_screen[placed.screen].append((key, placed))
        of_venue[placed.venue].append(key)
        if placed.from_ms > 0:
            moves[placed.screen].append(placed.from_ms)
    only = {screen: mine[0][0] for screen, mine in by_screen.items() if screen not in moves}
    return Places(cells, spots, dict(by_screen), dict(moves), only, dict(of_venue))


class PlacementsCache:
    """Caches the placements; a checksum of the columns that can change detects changes."""

    MARK: Final = (
        "SELECT COUNT(*), COALESCE(SUM(id * venue), 0), COALESCE(SUM(id * cell), 0), "
        "COALESCE(SUM(from_ms), 0), (SELECT COUNT(*) FROM cells) FROM placements"
    )

    def __init__(self) -> None:
        self._mark: tuple[int, ...] | None = None
        self._places = places_of({}, {})

    def of(self, tx: Tx) -> Places:
        """The places of a snapshot."""
        mark = tx.rows(self.MARK)[0]
        if mark != self._mark:
            places = read_places(tx)
            self._mark, self._places = mark, places
            return places
        return self._places
