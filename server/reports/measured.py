"""Plays by screen from the roll-ups, for rates: how many, and on which days a screen was measured.

A day is measured if the roll-ups have anything of the screen's. Sums over days that have not
changed since are remembered; campaigns that begin on one day share what was before.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from server.playback.driver import Tx

T = TypeVar("T")
REMEMBERED: Final = 200


@dataclass(frozen=True, slots=True)
class Measured:
    """Confirmed plays of publicity in a placement; bit n of `days` is the n-th day of a range."""

    plays: int
    days: int


Publicity = Mapping[int, Measured]
"""By placement."""


@dataclass(frozen=True, slots=True)
class OwnPlays:
    """Confirmed plays of one campaign in a placement, and its last day there (an ordinal)."""

    plays: int
    last_day: int


Own = Mapping[int, OwnPlays]
"""By placements in which the campaign was expected or shown."""


class MeasuredDays:
    """Reads them of days (ordinals). Today changes all the time and is read by itself."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[Any, ...], tuple[int, Any]] = OrderedDict()

    def publicity(self, tx: Tx, days: range, today: int, apart: frozenset[int]) -> Publicity:
        """What was shown of all campaigns but those `apart`."""
        parts = [
            (part.start - days.start, self._remembered(tx, _publicity, part, apart))
            for part in _without_today(days, today)
        ]
        found: dict[int, Measured] = {}
        for shift, part in parts:
            for key, one in part.items():
                had = found.get(key)
                moved = Measured(one.plays, one.days << shift) if shift else one
                found[key] = _both(had, moved) if had else moved
        return found

    def own(self, tx: Tx, days: range, today: int, campaign: int) -> Own:
        """What was shown of one campaign."""
        found: dict[int, OwnPlays] = {}
        for part in _without_today(days, today):
            for key, one in self._remembered(tx, _own, part, campaign).items():
                had = found.get(key)
                found[key] = OwnPlays(had.plays + one.plays, one.last_day) if had else one
        return found

    def _remembered(
        self, tx: Tx, read: Callable[[Tx, range, Any], T], days: range, about: Any
    ) -> T:
        key = (read, days.start, days.stop, about)
        version = tx.number(
            "SELECT COALESCE(SUM(version), 0) FROM rollup_versions WHERE day >= ? AND day < ?",
            (days.start, days.stop),
        )
        known = self._known.get(key)
        if known is None or known[0] != version:
            known = self._known[key] = (version, tx.aside(read, days, about))
        self._known.move_to_end(key)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        found: T = known[1]
        return found


def _without_today(days: range, today: int) -> list[range]:
    if not days.start < today < days.stop:
        return [days]
    return [range(days.start, today), range(today, days.stop)]


def _both(one: Measured, other: Measured) -> Measured:
    return Measured(one.plays + other.plays, one.days | other.days)


def _publicity(tx: Tx, days: range, apart: frozenset[int]) -> Publicity:
    marks = ", ".join("?" for _ in apart)
    rows = tx.rows(
        "SELECT placement, day, "  # noqa: S608 - only marks are put in
        f"SUM(CASE WHEN campaign IN ({marks}) THEN 0 ELSE confirmed END) "
        "FROM rollup_screen WHERE day >= ? AND day < ? GROUP BY day, placement",
        [*apart, days.start, days.stop],
    )
    plays: dict[int, int] = {}
    bits: dict[int, int] = {}
    for placement, day, count in rows:
        plays[placement] = plays.get(placement, 0) + int(count)
        bits[placement] = bits.get(placement, 0) | 1 << (day - days.start)
    return {key: Measured(count, bits[key]) for key, count in plays.items()}


def _own(tx: Tx, days: range, campaign: int) -> Own:
    rows = tx.rows(
        "SELECT placement, SUM(confirmed), MAX(day) FROM rollup_screen "
        "WHERE day >= ? AND day < ? AND campaign = ? GROUP BY placement",
        (days.start, days.stop, campaign),
    )
    return {placement: OwnPlays(int(plays), last_day) for placement, plays, last_day in rows}
