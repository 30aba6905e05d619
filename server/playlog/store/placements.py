"""Placements of screens over time: roll-ups use the place at the time of the play."""

from bisect import bisect_right
from dataclasses import dataclass

from server.playlog.model.screen_context import Place
from server.playlog.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class Placement:
    """A screen's place, venue and cell, from an instant until its next placement."""

    id: int
    from_ms: int
    venue: int
    cell: int


class Placements:
    """The placements of one screen in order of time."""

    def __init__(self, found: list[Placement]) -> None:
        self._found = found

    def __bool__(self) -> bool:
        return bool(self._found)

    def ends_at(self, venue: int, cell: int) -> bool:
        """Whether the last placement has this venue and cell."""
        return bool(self._found) and (self._found[-1].venue, self._found[-1].cell) == (venue, cell)

    def at(self, at_ms: int) -> Placement:
        """The placement at an instant; the first one also applies to earlier times."""
        after = bisect_right(self._found, at_ms, key=lambda placement: placement.from_ms)
        return self._found[max(0, after - 1)]

    def steady(self, hour: range, at_ms: int) -> range:
        """The part of an hour around an instant without a change of placement."""
        low_ms = max([edge for edge in self.edges() if edge <= at_ms], default=hour.start)
        high_ms = min([edge for edge in self.edges() if edge > at_ms], default=hour.stop)
        return range(max(hour.start, low_ms), min(hour.stop, high_ms))

    def venues(self) -> set[int]:
        """All venues of the screen's placements."""
        return {placement.venue for placement in self._found}

    def edges(self) -> list[int]:
        """The instants at which the place changed."""
        return [placement.from_ms for placement in self._found[1:]]


def placements_of(tx: Tx, screen: int, place: Place, now_ms: int) -> Placements:
    """A screen's placements; adds one from now on if its place has changed."""
    cell = tx.names.cell(tx, place)
    cached = tx.names.placements.get(screen)
    if cached is None or not cached.ends_at(place.venue, cell):
        cached = tx.names.placements[screen] = _up_to_date(tx, screen, place.venue, cell, now_ms)
    return cached


def _up_to_date(tx: Tx, screen: int, venue: int, cell: int, now_ms: int) -> Placements:
    found = stored_placements(tx, screen)
    if found.ends_at(venue, cell):
        return found
    tx.run(
        "INSERT INTO placements (screen, from_ms, venue, cell) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (screen, from_ms) DO UPDATE SET venue = excluded.venue, "
        "cell = excluded.cell",
        (screen, now_ms if found else 0, venue, cell),
    )
    return stored_placements(tx, screen)


def stored_placements(tx: Tx, screen: int) -> Placements:
    """A screen's stored placements."""
    rows = tx.rows(
        "SELECT id, from_ms, venue, cell FROM placements WHERE screen = ? ORDER BY from_ms",
        (screen,),
    )
    return Placements([Placement(*row) for row in rows])
