"""The uptime report: link availability, display uptime and freshness, by any grouping."""

from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.foundation.civil_time import Civil, check_period
from server.foundation.core import Core
from server.inventory.district.queries import uptime_rules
from server.inventory.venues.kinds import VEHICLES
from server.inventory.venues.models import Venue
from server.monitoring.availability import rates, rollup_job
from server.monitoring.availability.closed_days_cache import ClosedDaysCache
from server.monitoring.availability.distribution import Spread
from server.monitoring.availability.packed_records import Record
from server.playlog import upkeep as keeping
from server.playlog.ingest.runtime import PlaylogRuntime
from server.playlog.store.snapshot import snapshot
from server.reporting.delivery.labels import Label
from server.reporting.delivery.labels_cache import LabelsCache
from server.reporting.delivery.placements_cache import PlacementsCache
from server.reporting.delivery.selection import Limits, last_venues, select_places
from server.reporting.delivery.service import ReportQuery, limits_of
from server.reporting.uptime.sums import FoldedDaysReader, GroupsOfDays

UptimeGroup = Literal["unit", "territory", "venue_kind", "venue", "screen", "line", "day", "hour"]


class UptimeFigures(NamedTuple):
    """A group's seconds, and the spread of its screens around its figure."""

    record: Record
    spread: Spread

    def as_json(self) -> dict[str, int | float | None]:
        """The fields of the API; per cent to two decimals, None without any time to measure."""
        one, spread = self
        low, high = rates.display_uptime(one)
        return {
            "monitored_s": one.monitored,
            "up_s": one.up,
            "down_s": one.monitored - one.up,
            "unknown_s": one.operating - one.monitored,
            "excused_s": one.excused,
            "uptime_pct": rates.link_availability(one).pct,
            "running_pct": rates.running(one).pct,
            "display_low_pct": low.pct,
            "display_high_pct": high.pct,
            "freshness_pct": rates.freshness(one).pct,
            "meets_target_pct": spread.meets_target_pct,
            "median_pct": spread.median_pct,
            "p10_pct": spread.p10_pct,
        }


@dataclass(frozen=True, slots=True)
class UptimeReport:
    """A report as of an instant (ms; None: nothing was watched yet)."""

    query: ReportQuery
    as_of: int | None
    rows: tuple[tuple[Label, UptimeFigures], ...]
    totals: UptimeFigures


@dataclass(frozen=True, slots=True)
class Only:
    """Narrows a report to the venues of a depot, as they are now, or to vehicles.

    Vehicles are cells of their kinds, of whose hours there are sums.
    """

    depot: str | None = None
    vehicles: bool = False


def uptime(
    core: Core, parts: PlaylogRuntime, actor: Actor, query: ReportQuery, only: Only = Only()
) -> UptimeReport:
    """The figures of folded days and of today. Raises Invalid; NotFound for a foreign filter."""
    check_period(query.first, query.last)
    with core.config.read() as session:
        limits = _narrowed(session, limits_of(session, actor, query), only)
        target = uptime_rules(session).target_pct
    civil = Civil(core.settings.zone)
    keeping.refresh(core, parts)
    as_of_s = rollup_job.refresh(core, parts)
    with snapshot(core.plays) as tx:
        places = parts.remembered(PlacementsCache).of(tx)
        selection = select_places(places, query.first, query.last, query.group_by, limits)
        caches = parts.remembered(ClosedDaysCache), parts.remembered(GroupsOfDays)
        sums = FoldedDaysReader(tx, *caches, selection, civil, target).sums()
    venue_by_screen = last_venues(selection, civil)
    with core.config.read() as session:
        called = parts.remembered(LabelsCache)
        found = called.of(session, query.group_by, sums.groups, civil, venue_by_screen)
    rows = tuple((label, UptimeFigures(*sums.groups[label.key])) for label in found)
    return UptimeReport(query, as_of_s * 1000 or None, rows, UptimeFigures(*sums.whole))


def _narrowed(session: Session, limits: Limits, only: Only) -> Limits:
    if only.vehicles:
        limits = replace(limits, venue_kinds=VEHICLES)
    if only.depot is None:
        return limits
    found = frozenset(session.scalars(select(Venue.id).where(Venue.depot == only.depot)))
    return replace(limits, venues=found if limits.venues is None else found & limits.venues)
