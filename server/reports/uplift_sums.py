"""From roll-ups to what each screen showed in its open time, before a campaign and since."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from server.playback.civil import Civil
from server.playback.tenures import FOREVER_MS
from server.reports.frequency import Change, Place, Sum, change
from server.reports.measured import Own, Publicity
from server.reports.open_time import OpenLine, OpenTime
from server.reports.places import Cell, Placed


@dataclass(frozen=True)
class Side:
    """The days of one side (ordinals), what was shown on them, and of that the campaign's own."""

    days: range
    shown: Publicity
    own: Own


@dataclass(frozen=True)
class Ground:
    """Places within the person's scope, and what days are turned into open time by.

    `ends` says by placement when the screen's next one began, `told` by screen until when all is
    known (later than that nothing counts), `lines` when it was open.
    """

    spots: Mapping[int, Placed]
    cells: Mapping[int, Cell]
    ends: Mapping[int, int]
    told: Mapping[int, int]
    lines: Mapping[int, OpenLine]
    civil: Civil

    def changes(self, before: Side, since: Side) -> tuple[Change, list[tuple[str, Change]]]:
        """What changed where the campaign was: over all, and by venue kind."""
        kinds: defaultdict[str, list[Place]] = defaultdict(list)
        places = self._places(since.own)
        for place, kind in places.items():
            kinds[kind].append(place)
        had, have = self._sums(before, places), self._sums(since, places)
        return change(had, have), [
            (kind, change(_of(had, mine), _of(have, mine))) for kind, mine in sorted(kinds.items())
        ]

    def _places(self, own: Own) -> dict[Place, str]:
        """Where the campaign was expected or shown, with the kind of the venue."""
        spots = [self.spots[placement] for placement in sorted(own) if placement in self.spots]
        return {(spot.screen, spot.venue): self.cells[spot.cell].venue_kind for spot in spots}

    def _sums(self, side: Side, places: Collection[Place]) -> dict[Place, Sum]:
        found: defaultdict[Place, Sum] = defaultdict(Sum)
        open_time = OpenTime(self.lines, self.civil, side.days)
        for placement, one in side.shown.items():
            spot = self.spots.get(placement)
            if spot is None or (spot.screen, spot.venue) not in places:
                continue
            high_ms = min(self.ends.get(placement, FOREVER_MS), self.told.get(spot.screen, 0))
            total = found[spot.screen, spot.venue]
            total.open_ms += open_time.within(spot.screen, one.days, spot.from_ms, high_ms)
            total.plays += one.plays
            own = side.own.get(placement)
            total.own += own.plays if own else 0
        return dict(found)


def _of(sums: Mapping[Place, Sum], places: Collection[Place]) -> dict[Place, Sum]:
    return {place: sums[place] for place in places if place in sums}
