"""The days of venues that count: a screen's by its plays, a venue's by all its screens.

The sums of a day are cached until the day changes, and the verdicts with them. Only screens with
inputs that differ each time (today, pauses, exemptions) are judged each time.
"""

from array import array
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain
from typing import Final

from server.accountability.coverage.day_rules import NOTHING, Judged, judged_venues, verdict_on
from server.accountability.coverage.open_days import (
    ByPlacement,
    CompleteCounts,
    Mark,
    OpenDuePlays,
    Waiting,
)
from server.playlog.store.transaction import Tx
from server.reporting.delivery.figures import Figures
from server.reporting.delivery.placements_cache import Places

COLUMNS: Final = 5
MOST_ROWS: Final = 200_000
"""The maximum of cached rows of some 200 bytes; a month of 1,000 screens is 30,000."""

Counted = tuple[int, int, int, int]
"""Plays of a placement: expected, confirmed, partial or failed, and pre-empted."""
Extras = Mapping[int, ByPlacement]
"""By day and placement, the figures that neither roll-ups nor reported days hold."""
NONE_COMPLETE: Final[CompleteCounts] = {}
NONE_WAITED: Final[ByPlacement] = {}
Key = tuple[int, frozenset[int]]
"""A day, and the campaigns that are left out."""
Seat = tuple[int, int]
"""A screen at a venue: the numbers of both."""


@dataclass(slots=True)
class _Day:
    """One day's sums: placement, expected, confirmed, partial or failed, pre-empted; and so on."""

    version: int
    sums: "array[int]"
    places: dict[int, int]
    complete: CompleteCounts = field(default_factory=lambda: NONE_COMPLETE)
    waited: ByPlacement = field(default_factory=lambda: NONE_WAITED)
    judged: dict[Fraction, tuple[Places, Judged]] = field(default_factory=dict)
    """By share, the verdicts with the places they hold for."""

    def update(self, complete: CompleteCounts, waited: ByPlacement) -> None:
        """Replace the expected plays of screens with complete and with incomplete reports."""
        if complete is not self.complete or waited is not self.waited:
            self.complete, self.waited, self.judged = complete, waited, {}

    def counted(self, placement: int) -> Counted | None:
        """The counted figures of a placement; None without any."""
        complete, at = self.complete.get(placement, 0), self.places.get(placement)
        if at is not None:
            _, expected, confirmed, other, pre_empted = self.sums[at : at + COLUMNS]
            return expected + complete, confirmed, other, pre_empted
        return (complete, 0, 0, 0) if complete else None


class DaysByScreen:
    """Judges days, and remembers those that have not changed since."""

    def __init__(self) -> None:
        self._days: OrderedDict[Key, _Day] = OrderedDict()
        self._complete: dict[Key, tuple[Mark, CompleteCounts]] = {}
        self._waited: dict[Key, tuple[Waiting, ByPlacement]] = {}

    def refresh(
        self, days: range, today: int, but: frozenset[int], open_plays: OpenDuePlays
    ) -> None:
        """Ask what screens were to play on days that aren't folded, where it may differ."""
        for day in days:
            mark = open_plays.mark(day)
            if mark is None:
                self._complete.pop((day, but), None)
            elif (day, but) not in self._complete or self._complete[day, but][0] != mark:
                self._complete[day, but] = (mark, open_plays.complete_counts(day))
            if day >= today:
                self._waited.pop((day, but), None)
        self._wait(range(days.start, min(days.stop, today)), but, open_plays)

    def _wait(self, days: range, but: frozenset[int], open_plays: OpenDuePlays) -> None:
        """Refresh those of screens that haven't reported all of a day that is over."""
        marks = {day: open_plays.waiting(day) for day in days}
        stale = [day for day in days if self._waited_as_of(day, but) != marks[day]]
        found = open_plays.due_of_waiting(stale) if stale else {}
        for day in stale:
            self._waited[day, but] = (marks[day], found.get(day, NONE_WAITED))

    def _waited_as_of(self, day: int, but: frozenset[int]) -> Waiting | None:
        return self._waited[day, but][0] if (day, but) in self._waited else None

    def judged(
        self, tx: Tx, days: range, but: frozenset[int], extras: Extras, around: "Around"
    ) -> dict[int, Judged]:
        """The verdicts on each day, without the plays of some campaigns (`but`)."""
        rows = tx.rows(
            "SELECT day, version FROM rollup_versions WHERE day >= ? AND day < ?",
            (days.start, days.stop),
        )
        versions: dict[int, int] = dict(rows)
        found = {}
        for day in days:
            if day in versions or day in extras or self._is_due(day, but):
                cached = self._day(tx, day, versions.get(day, 0), but)
                found[day] = around.judge(cached, extras.get(day, {}))
        self._forget()
        return found

    def _is_due(self, day: int, but: frozenset[int]) -> bool:
        key = (day, but)
        return key in self._complete or (key in self._waited and bool(self._waited[key][1]))

    def _day(self, tx: Tx, day: int, version: int, but: frozenset[int]) -> _Day:
        key = (day, but)
        cached = self._days.get(key)
        if cached is None or cached.version != version:
            sums = _sums(tx, day, but)
            places = {sums[at]: at for at in range(0, len(sums), COLUMNS)}
            cached = self._days[key] = _Day(version, sums, places)
        self._days.move_to_end(key)
        waited = self._waited[key][1] if key in self._waited else NONE_WAITED
        cached.update(self._complete[key][1] if key in self._complete else NONE_COMPLETE, waited)
        return cached

    def _forget(self) -> None:
        rows = sum(len(one.sums) for one in self._days.values()) // COLUMNS
        while rows > MOST_ROWS and self._days:
            key, oldest = self._days.popitem(last=False)
            self._complete.pop(key, None)
            self._waited.pop(key, None)
            rows -= len(oldest.sums) // COLUMNS


@dataclass(frozen=True)
class Around:
    """Screen placements, and the share of due plays from which a screen's day counts."""

    places: Places
    share: Fraction

    def judge(self, day: _Day, extras: ByPlacement) -> Judged:
        """The verdict on all venues; those with figures in `extras` are judged again."""
        places, plain = day.judged.get(self.share, (None, NOTHING))
        if places is not self.places:
            plain = self._verdict(day, {**day.places, **day.complete, **day.waited}, {})
            day.judged[self.share] = (self.places, plain)
        if not extras:
            return plain
        spots, of_venue = self.places.spots, self.places.of_venue
        touched = frozenset([spots[placement].venue for placement in extras])
        own = [placement for venue in touched for placement in of_venue[venue]]
        return plain.but(touched, self._verdict(day, own, extras))

    def _verdict(self, day: _Day, placements: Iterable[int], extras: ByPlacement) -> Judged:
        """The verdict; screens never moved and with the same counts are judged together."""
        spots, only = self.places.spots, self.places.only
        alike: defaultdict[tuple[Counted | None, int, int], list[int]] = defaultdict(list)
        by_seat: defaultdict[Seat, Figures] = defaultdict(Figures)
        for placement in placements:
            counted, more = day.counted(placement), day.waited.get(placement)
            extra, spot = extras.get(placement), spots[placement]
            if spot.screen not in only:
                by_seat[spot.venue, spot.screen].add(_figures(counted, more, extra))
            elif counted is not None or more is not None or extra is not None:
                alike[counted, id(more), id(extra)].append(placement)
        together = (
            (
                _figures(counted, day.waited.get(same[0]), extras.get(same[0])),
                [spots[one].venue for one in same],
            )
            for (counted, *_), same in alike.items()
        )
        alone = ((figures, (venue,)) for (venue, _), figures in by_seat.items())
        return judged_venues(
            (verdict_on(figures, self.share), venues) for figures, venues in chain(together, alone)
        )


def _figures(counted: Counted | None, *others: Figures | None) -> Figures:
    expected, confirmed, other, pre_empted = counted or (0, 0, 0, 0)
    found = Figures(expected, confirmed, other, pre_empted=pre_empted)
    for more in others:
        if more is not None:
            found.add(more)
    return found


def _sums(tx: Tx, day: int, but: frozenset[int]) -> "array[int]":
    condition, values = "day = ?", [day, *sorted(but)]
    if but:
        condition += f" AND campaign NOT IN ({', '.join('?' for _ in but)})"
    rows = tx.rows(
        "SELECT placement, SUM(expected), SUM(confirmed), SUM(partial + failed), SUM(pre_empted) "  # noqa: S608 - names written in this package, never from a request
        f"FROM rollup_screen WHERE {condition} GROUP BY placement",
        values,
    )
    return array("q", (int(number) for row in rows for number in row))
