"""Which venues' days count: a screen's day by its plays, a venue's by each of its screens.

The sums of a day are remembered until the day changes, and the verdicts with them. Only screens
of which something isn't in the roll-ups (open days, pauses, exemptions) are judged each time.
"""

from array import array
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Final

from server.coverage.open_owed import ByPlacement, Mark, OpenOwed, Told
from server.playback.driver import Tx
from server.reports.figures import Figures
from server.reports.places import Placed

COLUMNS: Final = 5
MOST_ROWS: Final = 200_000
"""Of some 200 bytes each; a month of 1,000 screens is 30,000."""

Spots = Mapping[int, Placed]
Extras = Mapping[int, ByPlacement]
"""By day and placement, what neither the roll-ups nor the told days hold."""
NOTHING_TOLD: Final[Told] = {}
Key = tuple[int, frozenset[int]]
"""A day, and the campaigns that are left out."""
Seat = tuple[int, int]
"""A screen at a venue: the numbers of both."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A day's venues that owed anything, whose day counts, and whose may once all is told.

    `exempt` are those that owed nothing because all that was expected of them was excused.
    """

    owed: frozenset[int] = frozenset()
    met: frozenset[int] = frozenset()
    could: frozenset[int] = frozenset()
    exempt: frozenset[int] = frozenset()

    def but(self, venues: frozenset[int], other: "Judged") -> "Judged":
        """The same with the verdicts on some venues taken from another."""
        return Judged(
            (self.owed - venues) | other.owed,
            (self.met - venues) | other.met,
            (self.could - venues) | other.could,
            (self.exempt - venues) | other.exempt,
        )


@dataclass(slots=True)
class _Day:
    """One day's sums: placement, expected, confirmed, partial or failed, pre-empted; and so on."""

    version: int
    sums: "array[int]"
    places: dict[int, int]
    told: Told = field(default_factory=lambda: NOTHING_TOLD)
    judged: dict[Fraction, Judged] = field(default_factory=dict)

    def hear(self, told: Told) -> None:
        """Take what told screens were to play in place of what was held before."""
        if told is not self.told:
            self.told, self.judged = told, {}

    def all_rows(self) -> Iterator[tuple[int, Figures]]:
        """The figures of all placements that have any."""
        return self.rows({**self.places, **self.told})

    def rows(self, placements: Iterable[int]) -> Iterator[tuple[int, Figures]]:
        """The figures of some placements; those without any are left out."""
        for placement in placements:
            told, at = self.told.get(placement, 0), self.places.get(placement)
            if at is not None:
                _, expected, confirmed, other, pre_empted = self.sums[at : at + COLUMNS]
                yield placement, Figures(expected + told, confirmed, other, pre_empted=pre_empted)
            elif told:
                yield placement, Figures(told)


class DaysByScreen:
    """Judges days, and remembers those that have not changed since."""

    def __init__(self) -> None:
        self._known: OrderedDict[Key, _Day] = OrderedDict()
        self._told: dict[Key, tuple[Mark, Told]] = {}

    def hear(self, days: range, but: frozenset[int], owed: OpenOwed) -> None:
        """Ask what told screens were to play on days that aren't folded, where it may differ."""
        for day in days:
            mark = owed.mark(day)
            if mark is None:
                self._told.pop((day, but), None)
            elif (day, but) not in self._told or self._told[day, but][0] != mark:
                self._told[day, but] = (mark, owed.told(day))

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
            if day in versions or day in extras or (day, but) in self._told:
                known = self._day(tx, day, versions.get(day, 0), but)
                found[day] = around.judge(known, extras.get(day, {}))
        self._forget()
        return found

    def _day(self, tx: Tx, day: int, version: int, but: frozenset[int]) -> _Day:
        key = (day, but)
        known = self._known.get(key)
        if known is None or known.version != version:
            sums = _sums(tx, day, but)
            places = {sums[at]: at for at in range(0, len(sums), COLUMNS)}
            known = self._known[key] = _Day(version, sums, places)
        self._known.move_to_end(key)
        known.hear(self._told[key][1] if key in self._told else NOTHING_TOLD)
        return known

    def _forget(self) -> None:
        rows = sum(len(one.sums) for one in self._known.values()) // COLUMNS
        while rows > MOST_ROWS and self._known:
            _, oldest = self._known.popitem(last=False)
            rows -= len(oldest.sums) // COLUMNS


@dataclass(frozen=True)
class Around:
    """Where screens stood, and from which share of its owed plays on a screen's day counts."""

    spots: Spots
    share: Fraction

    def judge(self, day: _Day, extras: Mapping[int, Figures]) -> Judged:
        """The verdict on all venues, those anew of which there is something beside the sums."""
        if self.share not in day.judged:
            day.judged[self.share] = self._verdict(day.all_rows())
        plain = day.judged[self.share]
        if not extras:
            return plain
        touched = frozenset(self.spots[placement].venue for placement in extras)
        own = day.rows(key for venue in touched for key in self._placements[venue])
        return plain.but(touched, self._verdict((*own, *extras.items())))

    @cached_property
    def _placements(self) -> Mapping[int, Sequence[int]]:
        """By venue, the placements of its screens."""
        found: defaultdict[int, list[int]] = defaultdict(list)
        for placement, spot in self.spots.items():
            found[spot.venue].append(placement)
        return found

    def _verdict(self, rows: Iterable[tuple[int, Figures]]) -> Judged:
        by_seat: dict[Seat, Figures] = {}
        for placement, figures in rows:
            spot = self.spots[placement]
            seat = (spot.venue, spot.screen)
            if seat in by_seat:
                by_seat[seat].add(figures)
            else:
                by_seat[seat] = figures
        return judged_venues(by_seat, self.share)


def judged_venues(by_seat: Mapping[Seat, Figures], share: Fraction) -> Judged:
    """A venue's day counts if that of each screen does of which anything was owed."""
    owed: set[int] = set()
    missed: set[int] = set()
    lost: set[int] = set()
    excused: set[int] = set()
    for (venue, _screen), partial in by_seat.items():
        figures = partial.settled()
        if figures.owed <= 0:
            if figures.excused > 0:
                excused.add(venue)
            continue
        owed.add(venue)
        if not _is_enough(share, figures.confirmed, figures.owed):
            missed.add(venue)
        # What is shown in the end is owed too, also in a time that is excused.
        best = figures.confirmed + figures.pending, figures.owed + figures.pending_excused
        if not _is_enough(share, *best):
            lost.add(venue)
    counted = (owed, owed - missed, owed - lost, excused - owed)
    return Judged(*map(frozenset, counted))


def _is_enough(share: Fraction, shown: int, owed: int) -> bool:
    return shown * share.denominator >= share.numerator * owed


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
