"""Sums of roll-ups: each screen's plays in its open time, before a campaign and since."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from server.foundation.civil_time import Civil
from server.playlog.store.booked_tenures import FOREVER_MS
from server.reporting.delivery.placements_cache import Cell, Placed
from server.reporting.uplift.measured_days import Own, Publicity
from server.reporting.uplift.opening_time import OpenLine, OpenTime
from server.reporting.uplift.rates import Change, Place, Sum, added_up, change


@dataclass(frozen=True)
class Side:
    """The days of one side (ordinals), the plays on them, and the campaign's own ones."""

    days: range
    shown: Publicity
    own: Own


@dataclass(frozen=True)
class Ground:
    """Placements within the person's scope, and the data to turn days into open time.

    `ends`: by placement when the screen's next one began; `reported_until`: by screen the instant
    until which it has reported all (nothing later counts); `lines`: when it was open.
    """

    spots: Mapping[int, Placed]
    cells: Mapping[int, Cell]
    ends: Mapping[int, int]
    reported_until: Mapping[int, int]
    lines: Mapping[int, OpenLine]
    civil: Civil
    _open_time: dict[range, OpenTime] = field(default_factory=dict)
    _cached: dict[tuple[int, ...], int] = field(default_factory=dict)

    def changes(self, before: Side, since: Side) -> tuple[Change, list[tuple[str, Change]]]:
        """The change where the campaign was shown: overall, and by venue kind."""
        kinds: defaultdict[str, list[Place]] = defaultdict(list)
        for place, kind in self._places(since.own).items():
            kinds[kind].append(place)
        found = [
            (kind, change(self._sums(before, mine), self._sums(since, mine)))
            for kind, mine in sorted(kinds.items())
        ]
        return added_up(one for _, one in found), found

    def _places(self, own: Own) -> dict[Place, str]:
        """The placements with expected or shown plays of the campaign, with the venue's kind."""
        spots = [self.spots[placement] for placement in sorted(own) if placement in self.spots]
        return {(spot.screen, spot.venue): self.cells[spot.cell].venue_kind for spot in spots}

    def _sums(self, side: Side, places: Collection[Place]) -> dict[Place, Sum]:
        found: defaultdict[Place, Sum] = defaultdict(Sum)
        for place in places:
            for placement in self._placements[place]:
                one = side.shown.of(placement)
                if one is None:
                    continue
                total, own = found[place], side.own.get(placement)
                total.open_ms += self._open_ms(side.days, placement, one.days)
                total.plays += one.plays
                total.own += own.plays if own else 0
        return found

    def _open_ms(self, days: range, placement: int, bits: int) -> int:
        """The open ms on the days of these bits, until the last report.

        Campaigns that begin on one day ask the same, and so do screens of a channel.
        """
        spot = self.spots[placement]
        line = self.lines.get(spot.screen)
        reported_until_ms = self.reported_until.get(spot.screen, 0)
        high_ms = min(self.ends.get(placement, FOREVER_MS), reported_until_ms)
        key = (id(line), days.start, bits, spot.from_ms, high_ms)
        found = self._cached.get(key)
        if found is None:
            if days not in self._open_time:
                self._open_time[days] = OpenTime(self.lines, self.civil, days)
            within = self._open_time[days].within
            found = self._cached[key] = within(spot.screen, bits, spot.from_ms, high_ms)
        return found

    @cached_property
    def _placements(self) -> Mapping[Place, Sequence[int]]:
        """Placements by screen and venue; several where a screen came back."""
        found: defaultdict[Place, list[int]] = defaultdict(list)
        for placement, spot in self.spots.items():
            found[spot.screen, spot.venue].append(placement)
        return found
