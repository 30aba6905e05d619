"""Plays by screen from the roll-ups, for rates: their number, and each screen's measured days.

A day is measured if the roll-ups have any row of the screen. Each day is read once and again when
it has changed, for all campaigns and periods; sums over unchanged days are cached too.
"""

from array import array
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import add
from typing import Any, Final, NamedTuple, TypeVar

from server.playlog.store.transaction import Tx
from server.reporting.delivery.rollups.rollup_sums import versions_of

T = TypeVar("T")
REMEMBERED: Final = 200
MOST_ROWS: Final = 1_500_000
"""The maximum of cached rows of 16 bytes: five months of 3,600 screens, three campaigns a day."""


class Measured(NamedTuple):
    """Confirmed plays of publicity in a placement; bit n of `days` is the n-th day of a range."""

    plays: int
    days: int


NOTHING: Final = Measured(0, 0)
Shown = Mapping[int, Measured]
"""By placement."""


class Publicity:
    """Plays in a range of days, by placement.

    Closed days and today's are joined on demand: most placements aren't asked for.
    """

    __slots__ = ("_first", "_later")

    def __init__(self, first: Shown | None = None, *later: tuple[int, Shown]) -> None:
        """`later`: an offset in days from the range's start, and the plays from then on."""
        self._first = {} if first is None else first
        self._later = later

    def of(self, placement: int) -> Measured | None:
        """None if nothing was measured there."""
        found = self._first.get(placement)
        for shift, shown in self._later:
            more = shown.get(placement)
            if more is not None:
                plays, days = found or (0, 0)
                found = Measured(plays + more.plays, days | more.days << shift)
        return found


class OwnPlays(NamedTuple):
    """Confirmed plays of one campaign in a placement, and its last day there (an ordinal)."""

    plays: int
    last_day: int


Own = Mapping[int, OwnPlays]
"""By placement, where the campaign was expected or shown."""


class Column(NamedTuple):
    """Placements in order, with confirmed plays of each."""

    placements: "array[int]"
    plays: "array[int]"


class Page:
    """One day of the roll-ups as it was at a version: a column for each campaign."""

    def __init__(self, version: int, columns: Mapping[int, Column]) -> None:
        self.version = version
        self.columns = columns
        self.rows = sum(len(one.plays) for one in columns.values())
        self._together: tuple[frozenset[int], Column] | None = None

    def together(self, apart: frozenset[int]) -> Column:
        """All that was measured, with the plays of all campaigns but those `apart`."""
        if self._together is None or self._together[0] != apart:
            sums: dict[int, int] = {}
            for campaign, (placements, plays) in self.columns.items():
                counted: Iterable[int] = bytes(len(plays)) if campaign in apart else plays
                for placement, count in zip(placements, counted, strict=True):
                    sums[placement] = sums.get(placement, 0) + count
            ordered = sorted(sums)
            column = Column(array("q", ordered), array("q", map(sums.__getitem__, ordered)))
            self._together = (apart, column)
        return self._together[1]


Pages = Mapping[int, Page]
"""By day."""


class MeasuredDays:
    """Reads them of days (ordinals). Today changes all the time and is added by itself."""

    def __init__(self) -> None:
        self._pages: OrderedDict[int, Page] = OrderedDict()
        self._cached: OrderedDict[tuple[Any, ...], tuple[Mapping[int, int], Any]] = OrderedDict()

    def publicity(self, tx: Tx, days: range, today: int, apart: frozenset[int]) -> Publicity:
        """The plays of all campaigns except those in `apart`."""
        first, *later = _without_today(days, today)
        return Publicity(
            self._remembered(tx, _publicity, first, apart),
            *(
                (part.start - days.start, self._remembered(tx, _publicity, part, apart))
                for part in later
            ),
        )

    def own(self, tx: Tx, days: range, today: int, campaign: int) -> Own:
        """The plays of one campaign."""
        first, *later = _without_today(days, today)
        found = dict(self._remembered(tx, _own, first, campaign))
        for part in later:
            for key, one in self._remembered(tx, _own, part, campaign).items():
                had = found.get(key)
                found[key] = OwnPlays(had.plays + one.plays, one.last_day) if had else one
        return found

    def _remembered(
        self, tx: Tx, add_up: Callable[[Tx, Pages, int, Any], T], days: range, about: Any
    ) -> T:
        key = (add_up, days.start, days.stop, about)
        versions = versions_of(tx, days)
        cached = self._cached.get(key)
        if cached is None or cached[0] != versions:
            pages = self._read(tx, versions)
            cached = self._cached[key] = (versions, tx.aside(add_up, pages, days.start, about))
        self._cached.move_to_end(key)
        while len(self._cached) > REMEMBERED:
            self._cached.popitem(last=False)
        found: T = cached[1]
        return found

    def _read(self, tx: Tx, versions: Mapping[int, int]) -> Pages:
        """The pages of some days, those that aren't known as they are now from the store."""
        found: dict[int, Page] = {}
        for day, version in versions.items():
            page = self._pages.get(day)
            if page is None or page.version != version:
                page = self._pages[day] = tx.aside(_page, day, version)
            self._pages.move_to_end(day)
            found[day] = page
        rows = sum(page.rows for page in self._pages.values())
        while rows > MOST_ROWS and self._pages:
            _, oldest = self._pages.popitem(last=False)
            rows -= oldest.rows
        return found


def _without_today(days: range, today: int) -> list[range]:
    if not days.start < today < days.stop:
        return [days]
    return [range(days.start, today), range(today, days.stop)]


def _page(tx: Tx, day: int, version: int) -> Page:
    rows = tx.rows(
        "SELECT campaign, placement, confirmed FROM rollup_screen WHERE day = ? ORDER BY placement",
        (day,),
    )
    columns: defaultdict[int, Column] = defaultdict(lambda: Column(array("q"), array("q")))
    for campaign, placement, confirmed in rows:
        column = columns[campaign]
        column.placements.append(placement)
        column.plays.append(confirmed)
    return Page(version, dict(columns))


def _publicity(_tx: Tx, pages: Pages, first: int, apart: frozenset[int]) -> Shown:
    found: dict[int, Measured] = {}
    for days, column in _alike({day: page.together(apart) for day, page in pages.items()}):
        bits = sum(1 << day - first for day in days)
        for placement, plays in zip(*column, strict=True):
            had = found.get(placement, NOTHING)
            found[placement] = Measured(had.plays + plays, had.days | bits)
    return found


def _own(_tx: Tx, pages: Pages, _first: int, campaign: int) -> Own:
    columns = {
        day: page.columns[campaign] for day, page in pages.items() if campaign in page.columns
    }
    found: dict[int, OwnPlays] = {}
    for days, column in _alike(columns):
        last_day = max(days)
        for placement, plays in zip(*column, strict=True):
            had = found.get(placement, OwnPlays(0, 0))
            found[placement] = OwnPlays(had.plays + plays, max(had.last_day, last_day))
    return found


def _alike(columns: Mapping[int, Column]) -> Iterator[tuple[list[int], Column]]:
    """Days of the same placements added up: most days are of the same."""
    groups: defaultdict[bytes, list[int]] = defaultdict(list)
    for day, column in columns.items():
        groups[column.placements.tobytes()].append(day)
    for days in groups.values():
        sums: Iterable[int] = columns[days[0]].plays
        for day in days[1:]:
            sums = map(add, sums, columns[day].plays)
        yield days, Column(columns[days[0]].placements, array("q", sums))
