"""Plays by screen and day from the roll-ups, for rates: which days of a screen were measured."""

from collections import OrderedDict, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from server.playback.driver import Tx

REMEMBERED: Final = 100


@dataclass(frozen=True, slots=True)
class MeasuredDay:
    """Confirmed plays of a screen's day: of publicity, and of the one campaign among them.

    `is_own`: the campaign was expected or shown there.
    """

    day: int
    plays: int
    own: int
    is_own: bool


Measured = Mapping[int, Sequence[MeasuredDay]]
"""By placement the days for which a screen's log says anything, in order."""


class MeasuredDays:
    """Reads them, and remembers those of days that have not changed since."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[int, int, int, frozenset[int]], tuple[int, Measured]]
        self._known = OrderedDict()

    def of(self, tx: Tx, days: range, today: int, campaign: int, apart: frozenset[int]) -> Measured:
        """Of the days, by their ordinals. Plays of the campaigns `apart` are not publicity.

        Today changes all the time and is read by itself.
        """
        if not days.start < today < days.stop:
            return self._of_days(tx, days, campaign, apart)
        past = self._of_days(tx, range(days.start, today), campaign, apart)
        late = self._of_days(tx, range(today, days.stop), campaign, apart)
        return {key: [*past.get(key, ()), *late.get(key, ())] for key in {*past, *late}}

    def _of_days(self, tx: Tx, days: range, campaign: int, apart: frozenset[int]) -> Measured:
        key = (days.start, days.stop, campaign, apart)
        version = tx.number(
            "SELECT COALESCE(SUM(version), 0) FROM rollup_versions WHERE day >= ? AND day < ?",
            (days.start, days.stop),
        )
        known = self._known.get(key)
        if known is None or known[0] != version:
            known = self._known[key] = (version, _read(tx, days, campaign, apart))
        self._known.move_to_end(key)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return known[1]


def _read(tx: Tx, days: range, campaign: int, apart: Collection[int]) -> Measured:
    marks = ", ".join("?" for _ in apart)
    rows = tx.rows(
        "SELECT placement, day, "  # noqa: S608 - only marks are put in
        f"SUM(CASE WHEN campaign IN ({marks}) THEN 0 ELSE confirmed END), "
        "SUM(CASE WHEN campaign = ? THEN confirmed ELSE 0 END), "
        "MAX(CASE WHEN campaign = ? THEN 1 ELSE 0 END) "
        "FROM rollup_screen WHERE day >= ? AND day < ? GROUP BY day, placement ORDER BY day",
        [*apart, campaign, campaign, days.start, days.stop],
    )
    found: defaultdict[int, list[MeasuredDay]] = defaultdict(list)
    for placement, day, plays, own, is_own in rows:
        found[placement].append(MeasuredDay(day, int(plays), int(own), bool(is_own)))
    return dict(found)
