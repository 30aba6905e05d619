"""Sums the hours of days over all screens and by cell, for reports by the hour.

Sums are deleted with the first row of their day that changes, whatever the cause, and made again
by the job `keep_uptime`; a report adds up the rows of a day without any.
"""

from collections import defaultdict
from typing import Final

from server.foundation.civil_time import Civil
from server.foundation.core import Core
from server.monitoring.availability.day_store import (
    SummedDay,
    hours_of_day,
    rows_version,
    summed_days,
    write_hour_sums,
)
from server.monitoring.availability.hour_sums import HourSums, packed_cells, packed_whole
from server.monitoring.availability.rollup_job import folded_days
from server.playlog.ingest.runtime import PlaylogRuntime
from server.playlog.store.snapshot import snapshot
from server.playlog.store.transaction import Tx

MOST_DAYS: Final = 8
"""Days of one pass; a day of 10,000 screens takes some 0.3 s."""
_CELLS: Final = (
    "SELECT p.screen, p.cell FROM placements p "
    "WHERE p.from_ms < ? AND p.from_ms = (SELECT MAX(x.from_ms) FROM placements x "
    "WHERE x.screen = p.screen AND x.from_ms < ?)"
)
# A first placement is since ever (0): it belongs to a new screen, which has no past days.
_PLACES: Final = (
    "SELECT COALESCE(SUM(id * (cell + 1)), 0) FROM placements WHERE from_ms > 0 AND from_ms < ?"
)
UNPLACED: Final = -1
"""In place of a checksum: rows of a screen that has no placement yet; these sums never hold."""


def sum_hours(core: Core, parts: PlaylogRuntime) -> int:
    """Sum up the newest days without sums, at most `MOST_DAYS`; returns how many days."""
    civil = Civil(core.settings.zone)
    with snapshot(core.plays) as tx:
        has = summed_days(tx)
        missing = [day for day in reversed(folded_days(core, tx)) if day not in has][:MOST_DAYS]
    for day in missing:
        with snapshot(core.plays) as tx:
            version, found = rows_version(tx), _summed(tx, day, civil.start_of(day + 1))
        parts.committer.submit(
            lambda tx, found=found, version=version: write_hour_sums(tx, found, version)  # type: ignore[misc] # mypy can't infer a lambda with a default
        )
    return len(missing)


def _summed(tx: Tx, day: int, end_ms: int) -> SummedDay:
    cells: defaultdict[int, HourSums] = defaultdict(HourSums)
    cell_by_screen: dict[int, int] = dict(tx.rows(_CELLS, (end_ms, end_ms)))
    places = tx.number(_PLACES, (end_ms,))
    for screen, hours in hours_of_day(tx, day):
        if screen in cell_by_screen:
            cells[cell_by_screen[screen]].add_screen(hours)
        else:
            places = UNPLACED
    whole = HourSums()
    for one in cells.values():
        whole.add(one.packed())
    return SummedDay(day, places, packed_whole(whole), packed_cells(cells))
