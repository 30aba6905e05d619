"""The answers of `/reports/coverage`."""

from typing import Literal

from pydantic import Field

from server.accountability.coverage.figures import State
from server.accountability.coverage.service import CoverageGroup
from server.foundation.rest.responses import Answered, Day, Instant
from server.inventory.district.schemas import CoverageThresholds


class CoverageFigures(Answered):
    """Venues by state.

    `venues` = reached + pending + not_reached (these have players: `online`) + attested +
    unattested (`manual`) + without_screen. Not included: `closed` venues, which were closed all the
    time, and `exempt` ones, whose expected plays were all excused. `coverage` counts proven plays
    only.
    """

    venues: int
    online: int
    manual: int
    reached: int
    pending: int
    not_reached: int
    attested: int
    unattested: int
    without_screen: int
    closed: int
    exempt: int
    coverage: float | None
    coverage_with_attested: float | None


class CoverageRow(CoverageFigures):
    """One group: its name, and the one field that identifies it.

    A venue has its state, the number of its days with expected plays, and how many of them count.
    """

    name: str
    unit_id: str | None = None
    territory_id: str | None = None
    venue_id: str | None = None
    venue_kind: str | None = None
    line: str | None = None
    day: Day | None = None
    access: Literal["player", "manual", "none"] | None = None
    state: State | None = None
    days: int | None = None
    days_met: float | None = None


class CoverageLedger(Answered):
    """A ledger: its rows, totals in which a venue counts once, and until when they hold."""

    from_: Day = Field(alias="from")
    to: Day
    group_by: CoverageGroup
    as_of: Instant
    thresholds: CoverageThresholds
    pending_share: float | None
    items: list[CoverageRow]
    next: None
    totals: CoverageFigures
