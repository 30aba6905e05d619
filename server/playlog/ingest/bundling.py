"""Bundles the small batches of past days, screen by screen, in the background (decision 43).

Batches are read, bundled and compared outside any write transaction, and the rows are read once
more inside it. A transaction writes all of its bundles or none; the last one of a page advances the
mark.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from typing import Final

import structlog

from server.foundation.civil_time import Civil, DayFinder
from server.foundation.core import Core
from server.playlog.ingest.runtime import PlaylogRuntime
from server.playlog.model.verdict_rules import ACCEPTED
from server.playlog.rawlog.reader import FOREVER_MS
from server.playlog.store import batches as store
from server.playlog.store.interned_ids import Names
from server.playlog.store.packing import batch_bundles
from server.playlog.store.packing.batch_codec import PACKED, UNREADABLE
from server.playlog.store.packing.stored_batch import BESIDE, CODES, Damaged, StoredBatch
from server.playlog.store.recovered_ranges import lost_ranges, range_around
from server.playlog.store.snapshot import snapshot
from server.playlog.store.transaction import Tx

log = structlog.get_logger(__name__)

SMALL: Final = 15
"""Most plays of a batch that is bundled."""
FEWEST: Final = 4
"""Fewest batches of a bundle."""
MOST_PLAYS: Final = 500
WIDEST_MS: Final = 30 * 60_000
SAME_CLOCK_MS: Final = 50.0
"""Largest difference between the clock offsets within one bundle (player/src/batches.js)."""
READ: Final = 500
AT_ONCE: Final = 250
"""Most batches in one transaction, if a single bundle has no more; bounds the wait for ingest."""
REST: Final = 3.0
"""Pause after each transaction as a multiple of its duration, for other writers."""


Group = list[StoredBatch]


@dataclass(frozen=True, slots=True)
class Page:
    """The next bundles of a screen, from `from_ms` on; the next page starts at `mark_ms`.

    Each of `bundles` lists batches and, last, the bundle that replaces them.
    """

    screen: int
    bundles: Sequence[Sequence[StoredBatch]]
    from_ms: int
    mark_ms: int
    is_last: bool

    @property
    def batches(self) -> int:
        """Number of batches that it bundles."""
        return sum(len(bundle) - 1 for bundle in self.bundles)


def tie_plays(core: Core, parts: PlaylogRuntime, seconds: float = 20.0, rest: float = REST) -> int:
    """Bundle batches of all screens, for at most `seconds`; returns the number of bundled batches.

    Raises Busy.
    """
    civil, names = Civil(core.settings.zone), Names()
    ends, now_ms = time.monotonic() + seconds, core.clock.now_ms()
    tied = 0
    with snapshot(core.plays, names) as tx:
        until_ms = tied_until(tx, civil, now_ms)
        behind = _behind(tx, until_ms)
    for screen, mark_ms in behind:
        page = Page(screen, (), mark_ms, mark_ms, is_last=False)
        while not page.is_last and time.monotonic() < ends:
            try:
                with snapshot(core.plays, names) as tx:
                    page = tx.aside(page_of, civil, screen, page.mark_ms, until_ms, now_ms)
            except (Damaged, *UNREADABLE) as error:
                log.error("batch_bundling_failed", screen=screen, exc_info=error)
                break
            tied += _write(parts, page, rest)
    return tied


def _write(parts: PlaylogRuntime, page: Page, rest: float) -> int:
    """Write a page piece by piece; pieces after a changed one are left for the next run."""
    tied = 0
    for piece in pieces(page):
        began = time.monotonic()
        done = parts.committer.submit(lambda tx, piece=piece: write(tx, piece))  # type: ignore[misc] # mypy can't infer a lambda with a default
        time.sleep(rest * (time.monotonic() - began))
        tied += done
        if done < piece.batches:
            break
    return tied


def pieces(page: Page) -> Iterator[Page]:
    """Split a page into one piece per transaction; the last piece moves the mark."""
    some: list[Sequence[StoredBatch]] = []
    for bundle in page.bundles:
        if some and sum(map(len, some)) + len(bundle) > AT_ONCE:
            yield replace(page, bundles=some, mark_ms=page.from_ms)
            some = []
        some.append(bundle)
    yield replace(page, bundles=some)


def tied_until(tx: Tx, civil: Civil, now_ms: int) -> int:
    """The end (ms) of the last day that is sealed and ended at least a day ago; 0 without one."""
    sealed = tx.row("SELECT MAX(day) FROM day_seals")
    if sealed is None or sealed[0] is None:
        return 0
    return civil.start_of(min(sealed[0] + 1, civil.day_of(now_ms) - 1))


def page_of(
    tx: Tx, civil: Civil, screen: int, mark_ms: int, until_ms: int, now_ms: int = FOREVER_MS
) -> Page:
    """The next page of batches to bundle for a screen.

    Batches with a receipt time after now (the clock was set back) are left as they are.
    """
    rows = store.loose(tx, screen, mark_ms, until_ms, SMALL, READ)
    is_last, next_ms = len(rows) < READ, until_ms
    waits = (until_ms <= one.received_at <= now_ms for one in rows)
    late = next((place for place, is_late in enumerate(waits) if is_late), None)
    if late is not None:
        # Wait until the day of its receipt is over too; later rows wait with it.
        is_last, next_ms, rows = True, rows[late].t0, rows[:late]
    past = [one for one in rows if one.received_at < until_ms]
    groups: Sequence[Group] = groups_of(tx, civil, past)
    if not is_last:
        groups, next_ms = _without_open(groups, mark_ms, rows[-1].t0)
    bundles = [[*group, sheaf] for group, sheaf in _tied(tx, groups)]
    return Page(screen, bundles, mark_ms, next_ms, is_last)


def write(tx: Tx, page: Page) -> int:
    """Write a page's bundles and advance the screen's mark; returns the number of bundled batches.

    The mark stays if any row has changed meanwhile; the page is then read again.
    """
    done = [bundle for bundle in page.bundles if store.tie(tx, bundle)]
    # Range queries use it to find rows that start before the range.
    widest_ms = max((bundle[-1].span for bundle in done), default=0)
    tx.run(
        "UPDATE logs SET widest_ms = ? WHERE screen = ? AND widest_ms < ?",
        (widest_ms, page.screen, widest_ms),
    )
    mark = tx.row("SELECT until_ms FROM sheaf_marks WHERE screen = ?", (page.screen,)) or (0,)
    if len(done) == len(page.bundles) and mark[0] == page.from_ms < page.mark_ms:
        tx.run(
            "INSERT INTO sheaf_marks (screen, until_ms) VALUES (?, ?) "
            "ON CONFLICT (screen) DO UPDATE SET until_ms = excluded.until_ms",
            (page.screen, page.mark_ms),
        )
    return sum(len(bundle) - 1 for bundle in done)


def groups_of(tx: Tx, civil: Civil, rows: Sequence[StoredBatch]) -> list[Group]:
    """Batches that may be bundled, by boot and in order of events."""
    finder, groups = DayFinder(civil), []
    for boot, mine in groupby(sorted(rows, key=attrgetter("boot", "first")), attrgetter("boot")):
        lost, group = lost_ranges(tx, boot), _Group(finder)
        for row in mine:
            if not _may_be_tied(row) or range_around(lost, row.first) is not None:
                continue
            if not group.takes(row):
                groups.append(group.rows)
                group = _Group(finder)
            group.add(row)
        groups.append(group.rows)
    return [group for group in groups if group]


class _Group:
    """Consecutive batches of a boot."""

    def __init__(self, finder: DayFinder) -> None:
        self.rows: Group = []
        self._finder = finder
        self._from_ms = self._until_ms = self._plays = 0

    def takes(self, row: StoredBatch) -> bool:
        """Whether the row can join the group."""
        if not self.rows:
            return True
        first, last = self.rows[0], self.rows[-1]
        until_ms = max(self._until_ms, row.t0 + row.span)
        return (
            row.first == last.first + last.n
            and row.id > last.id
            and row.received_at >= last.received_at
            and (row.manifest, row.source) == (first.manifest, first.source)
            and abs((row.offset_ms or 0.0) - (first.offset_ms or 0.0)) <= SAME_CLOCK_MS
            and self._plays + row.n <= MOST_PLAYS
            and until_ms - min(self._from_ms, row.t0) <= WIDEST_MS
            and self._day(row) == self._day(first)
        )

    def add(self, row: StoredBatch) -> None:
        """Append a row."""
        self._from_ms = min(self._from_ms, row.t0) if self.rows else row.t0
        self._until_ms = max(self._until_ms, row.t0 + row.span)
        self._plays += row.n
        self.rows.append(row)

    def _day(self, row: StoredBatch) -> int:
        return self._finder.find(row.received_at)[0]


def _may_be_tied(row: StoredBatch) -> bool:
    """Whether all its plays were accepted, it has a clock, and its codec is current."""
    return (
        row.codec == PACKED
        and row.clock is not None
        and all(CODES[code & ~BESIDE] in ACCEPTED for code in row.codes)
    )


def _tied(tx: Tx, groups: Sequence[Group]) -> Iterator[tuple[Group, StoredBatch]]:
    for group in groups:
        sheaf = batch_bundles.tied(tx, group) if len(group) >= FEWEST else None
        if sheaf is not None:
            yield group, sheaf


def _without_open(
    groups: Sequence[Group], mark_ms: int, last_ms: int
) -> tuple[Sequence[Group], int]:
    """The groups that the next page can't extend, and the start of the next page in ms."""
    ended = [group for group in groups if group[0].t0 + WIDEST_MS < last_ms]
    starts = [group[0].t0 for group in groups if group[0].t0 + WIDEST_MS >= last_ms]
    next_ms = min([*starts, last_ms])
    if next_ms > mark_ms:
        return ended, next_ms
    return groups, max(last_ms, mark_ms + 1)


def _behind(tx: Tx, until_ms: int) -> list[tuple[int, int]]:
    """Screens with unbundled batches before an instant, each with its mark in ms."""
    rows = tx.rows(
        "SELECT l.screen, COALESCE(m.until_ms, 0) AS mark FROM logs l "
        "LEFT JOIN sheaf_marks m ON m.screen = l.screen "
        "WHERE COALESCE(m.until_ms, 0) < ? ORDER BY mark, l.screen",
        (until_ms,),
    )
    return [(row[0], row[1]) for row in rows]
