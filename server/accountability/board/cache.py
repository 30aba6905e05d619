"""A short cache of each person's board, which refreshes every 30 s.

It holds coverage and plays, which cost most; the states of screens are always read fresh.
"""

from collections.abc import Callable, Hashable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Final, NamedTuple

from server.accountability.board.queries import By
from server.accountability.coverage.figures import State
from server.accountability.coverage.service import CoverageQuery, coverage
from server.accountability.coverage.venue_status import VenueStatus
from server.accountability.coverage.venues import Filters
from server.accounts.actor import Actor
from server.foundation.core import Core
from server.playlog.ingest.runtime import PlaylogRuntime
from server.reporting.delivery.figures import Figures
from server.reporting.delivery.service import ReportQuery, delivery

KEPT_MS: Final = 30_000
MOST_KEPT: Final = 100


class Covered(NamedTuple):
    """A venue's state of coverage; `met` of its `days` count (a share of one in part)."""

    state: State
    met: Fraction | int
    days: int

    @classmethod
    def of(cls, status: VenueStatus) -> "Covered":
        """The part of a row of the coverage ledger that a board needs."""
        return cls(status.state, status.met, status.days)


class FigureCache:
    """By person and question; the figures alone are kept, not the ledgers that they are from."""

    kept_ms = KEPT_MS

    def __init__(self) -> None:
        self._found: dict[Hashable, tuple[int, Any]] = {}

    def of(self, key: Hashable, now_ms: int, compute: Callable[[], Any]) -> Any:
        """The value for the key, at most `kept_ms` old; `compute` computes it otherwise."""
        at_ms, found = self._found.get(key, (0, None))
        if found is None or not 0 <= now_ms - at_ms < self.kept_ms:
            found = compute()
            if len(self._found) >= MOST_KEPT:
                self._found.clear()
            self._found[key] = now_ms, found
        return found


def covered(
    core: Core, parts: PlaylogRuntime, actor: Actor, days: tuple[date, date]
) -> Mapping[int, Covered]:
    """The coverage of each venue that the person may see reports of."""

    def compute() -> Mapping[int, Covered]:
        ledger = coverage(core, parts, actor, CoverageQuery(*days))
        return {one.venue.id: Covered.of(one) for one in ledger.statuses}

    cache = parts.remembered(FigureCache)
    found: Mapping[int, Covered] = cache.of((actor, days), core.clock.now_ms(), compute)
    return found


def covered_there(
    core: Core, parts: PlaylogRuntime, actor: Actor, days: tuple[date, date], venue_id: str
) -> Covered | None:
    """One venue's coverage, from the ledger of it alone.

    Raises NotFound where the person sees no reports.
    """
    query = CoverageQuery(*days, filters=Filters(venue_id=venue_id))
    statuses = coverage(core, parts, actor, query).statuses
    return Covered.of(statuses[0]) if statuses else None


def played(
    core: Core, parts: PlaylogRuntime, actor: Actor, day: date, by: By
) -> Mapping[int, Figures]:
    """The plays of a day by unit or territory (0: none)."""

    def compute() -> Mapping[int, Figures]:
        report = delivery(core, parts, actor, ReportQuery(day, day, by))
        return {
            int(row.label.key): row.figures for row in report.rows if isinstance(row.label.key, int)
        }

    cache = parts.remembered(FigureCache)
    found: Mapping[int, Figures] = cache.of((actor, day, by), core.clock.now_ms(), compute)
    return found
