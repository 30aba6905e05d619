"""The uptime report: link availability, display uptime and freshness, by any grouping."""

from dataclasses import dataclass
from typing import Final, Literal

from server.accounts.actor import Actor
from server.core import Core
from server.district.queries import uptime_rules
from server.playback import keeping
from server.playback.civil import Civil
from server.playback.parts import Playback
from server.playback.reading import snapshot
from server.reports.labels import Label, labels
from server.reports.places import KnownPlaces
from server.reports.selection import select_places
from server.reports.service import ReportQuery, check_period, limits_of
from server.reports.uptime_sums import GroupsOfDays, Reading, Remembered
from server.uptime import upkeep
from server.uptime.account import per_cent
from server.uptime.known_days import KnownDays
from server.uptime.lanes import Record
from server.uptime.spread import Spread

UptimeGroup = Literal["unit", "territory", "venue_kind", "venue", "screen", "line", "day", "hour"]
UPTIME_GROUPS: Final[tuple[UptimeGroup, ...]] = (
    "unit",
    "territory",
    "venue_kind",
    "venue",
    "screen",
    "line",
    "day",
    "hour",
)


@dataclass(frozen=True, slots=True)
class UptimeFigures:
    """A group's seconds, and how its screens lie around its figure."""

    record: Record
    spread: Spread

    def as_json(self) -> dict[str, int | float | None]:
        """The fields of the API; per cent to two decimals, None where there is nothing to tell."""
        one = self.record
        return {
            "monitored_s": one.monitored,
            "up_s": one.up,
            "down_s": one.monitored - one.up,
            "unknown_s": one.operating - one.monitored,
            "excused_s": one.excused,
            "uptime_pct": per_cent(one.up, one.monitored),
            "running_pct": per_cent(one.running, one.known),
            "display_low_pct": per_cent(one.proven, one.owed),
            "display_high_pct": per_cent(one.proven + one.awaited, one.owed),
            "freshness_pct": per_cent(one.fresh, one.judged),
            **self.spread._asdict(),
        }


@dataclass(frozen=True, slots=True)
class UptimeReport:
    """A report as of an instant (ms; None: nothing was watched yet)."""

    query: ReportQuery
    as_of: int | None
    rows: tuple[tuple[Label, UptimeFigures], ...]
    totals: UptimeFigures


def uptime(core: Core, parts: Playback, actor: Actor, query: ReportQuery) -> UptimeReport:
    """The figures of folded days and of today. Raises Invalid; NotFound for a foreign filter."""
    check_period(query.first, query.last)
    with core.config.read() as session:
        limits = limits_of(session, actor, query)
        target = uptime_rules(session).target_pct
    civil = Civil(core.settings.zone)
    keeping.refresh(core, parts)
    as_of_s = upkeep.refresh(core, parts)
    with snapshot(core.plays) as tx:
        places = parts.remembered(KnownPlaces).of(tx)
        selection = select_places(places, query.first, query.last, query.group_by, limits)
        known = Remembered(parts.remembered(KnownDays), parts.remembered(GroupsOfDays))
        sums = Reading(tx, known, selection, civil, target).sums()
    with core.config.read() as session:
        found = labels(session, query.group_by, sums.groups, civil)
    rows = tuple((label, UptimeFigures(*sums.groups[label.key])) for label in found)
    return UptimeReport(query, as_of_s * 1000 or None, rows, UptimeFigures(*sums.whole))
