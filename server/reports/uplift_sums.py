"""From measured days to what each screen showed in its open time."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.reports.frequency import Change, Place, Sum, change
from server.reports.measured import Measured, MeasuredDay
from server.reports.open_time import OpenTime
from server.reports.selection import Cell, Placed
from server.reports.uplift_queries import Stand


@dataclass(frozen=True, slots=True)
class _Had:
    """The days from which to which a screen had the campaign, and the kind of its venue."""

    first: int
    last: int
    kind: str


@dataclass(frozen=True)
class Ground:
    """What days are turned into open time by: places within the person's scope, and their times.

    `told` says by screen until when all is known; later than that nothing counts.
    """

    spots: Mapping[int, Placed]
    cells: Mapping[int, Cell]
    stands: Mapping[int, Stand]
    told: Mapping[int, int]
    open_time: OpenTime

    def changes(self, before: Measured, since: Measured) -> tuple[Change, list[tuple[str, Change]]]:
        """What changed where the campaign was: over all, and by venue kind."""
        places = self._places(since)
        had = self._sums(before, places)
        have = self._sums(_while_there(since, self.spots, places), places)
        kinds = defaultdict(list)
        for place, one in places.items():
            kinds[one.kind].append(place)
        return change(had, have), [
            (kind, change(_of(had, mine), _of(have, mine))) for kind, mine in sorted(kinds.items())
        ]

    def _places(self, since: Measured) -> dict[Place, _Had]:
        """Where and when the campaign was expected or shown."""
        found: dict[Place, _Had] = {}
        for placement, days in since.items():
            own = [one.day for one in days if one.is_own]
            if own and placement in self.spots:
                spot = self.spots[placement]
                place = (spot.screen, spot.venue)
                first = min(own[0], found[place].first if place in found else own[0])
                last = max(own[-1], found[place].last if place in found else own[-1])
                found[place] = _Had(first, last, self.cells[spot.cell].venue_kind)
        return found

    def _sums(self, measured: Measured, places: Mapping[Place, _Had]) -> dict[Place, Sum]:
        found: defaultdict[Place, Sum] = defaultdict(Sum)
        for placement, days in measured.items():
            spot = self.spots.get(placement)
            place = (spot.screen, spot.venue) if spot else (0, 0)
            if place in places:
                self._add(found[place], placement, days)
        return dict(found)

    def _add(self, total: Sum, placement: int, days: Sequence[MeasuredDay]) -> None:
        spot, stand = self.spots[placement], self.stands[placement]
        high_ms = min(stand.until_ms, self.told.get(spot.screen, 0))
        for one in days:
            total.open_ms += self.open_time.of_day(spot.venue, one.day, stand.from_ms, high_ms)
            total.plays += one.plays
            total.own += one.own


def _while_there(
    since: Measured, spots: Mapping[int, Placed], places: Mapping[Place, _Had]
) -> Measured:
    """Only the days from the first to the last on which a screen had the campaign."""
    found = {}
    for placement, days in since.items():
        spot = spots.get(placement)
        had = places.get((spot.screen, spot.venue)) if spot else None
        if had is not None:
            found[placement] = [one for one in days if had.first <= one.day <= had.last]
    return found


def _of(sums: Mapping[Place, Sum], places: Sequence[Place]) -> dict[Place, Sum]:
    return {place: sums[place] for place in places if place in sums}
