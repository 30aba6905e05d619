"""The coverage ledger: which venues are reached, by unit, territory, kind, line, day or venue.

Players are judged by their plays of campaigns, other screens by approved attestations, which never
count as plays. A venue is counted under its present unit and territory.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from sqlalchemy.orm import Session

from server.accountability.attestations.queries import Attested, approved_between
from server.accountability.coverage.attested_days import Credits, credits_of, days_between
from server.accountability.coverage.day_counts import DayCounts
from server.accountability.coverage.day_rules import NOTHING, Judged
from server.accountability.coverage.figures import Figures, State, summed
from server.accountability.coverage.open_days import OpenDuePlays
from server.accountability.coverage.venue_days import Around, DaysByScreen
from server.accountability.coverage.venue_status import Evidence, VenueStatus
from server.accountability.coverage.venues import Filters, HoursCache, LedgerVenue, ledger_venues
from server.accounts.actor import Actor
from server.campaigns.queries import unordered_numbers
from server.foundation.civil_time import Civil, check_period
from server.foundation.core import Core
from server.inventory.district.queries import Thresholds, thresholds
from server.inventory.venues import access
from server.inventory.venues.fields.open_days import DaysOpen
from server.inventory.venues.lookup_cache import PlaceCache
from server.playlog.ingest.runtime import PlaylogRuntime
from server.playlog.store.snapshot import snapshot
from server.playlog.upkeep import refresh
from server.reporting.delivery.cache import memory_of
from server.reporting.delivery.expected.exclusion_windows import windows_between
from server.reporting.delivery.grouping import GroupKey
from server.reporting.delivery.labels import Label, labels
from server.reporting.delivery.placements_cache import PlacementsCache
from server.reporting.delivery.queries import READ
from server.reporting.delivery.report_context import ReportContext as Context
from server.reporting.delivery.selection import Limits, select_places

CoverageGroup = Literal["unit", "territory", "venue_kind", "venue", "line", "day"]


@dataclass(frozen=True, slots=True)
class CoverageQuery:
    """The query of a ledger; dates are the district's, both inclusive."""

    first: date
    last: date
    group_by: CoverageGroup = "unit"
    filters: Filters = field(default_factory=Filters)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the ledger; that of a single venue has its status."""

    label: Label
    figures: Figures
    status: VenueStatus | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger as of an instant (ms); `totals` count each venue once, whatever the grouping.

    `expected` are the venue-days with due plays; `waiting` those of them that don't count yet and
    would if all pending plays were confirmed.
    """

    query: CoverageQuery
    as_of: int
    rows: tuple[Row, ...]
    totals: Figures
    statuses: tuple[VenueStatus, ...]
    thresholds: Thresholds
    waiting: int
    expected: int

    @property
    def pending_share(self) -> float | None:
        """`waiting` ÷ `expected`; None if `expected` is 0."""
        return self.waiting / self.expected if self.expected else None


@dataclass(frozen=True, slots=True)
class _Asked:
    """The configuration it needs; `beside` are the campaigns whose plays reach nobody."""

    venues: list[LedgerVenue]
    thresholds: Thresholds
    attested: Mapping[int, list[Attested]]
    beside: frozenset[int]


def coverage(core: Core, parts: PlaylogRuntime, actor: Actor, query: CoverageQuery) -> Ledger:
    """The ledger of the person's scope. Raises Invalid, and NotFound for a foreign filter."""
    check_period(query.first, query.last)
    still = parts.remembered(PlaceCache)
    with core.config.read() as session:
        asked = _asked(session, still, actor, query)
    refresh(core, parts)
    as_of = core.clock.now_ms()
    judged = _judged(core, parts, query, asked, as_of)
    with core.config.read() as session:
        today = Civil(core.settings.zone).day_of(as_of)
        counts = parts.remembered(DayCounts)
        hours = HoursCache(session, still)
        evidence = replace(_evidence(hours, query, asked, judged, today), counts=counts)
        statuses = tuple(evidence.statuses(asked.venues))
        rows = tuple(_rows(session, core, query, evidence, statuses))
    return Ledger(
        query,
        as_of,
        rows,
        summed(one.state for one in statuses),
        statuses,
        asked.thresholds,
        *_awaited(judged, asked.venues),
    )


def group_of(venue: LedgerVenue, group_by: CoverageGroup) -> GroupKey:
    """The group that a venue belongs to; not for days."""
    found: GroupKey = getattr(venue, "id" if group_by == "venue" else group_by)
    return found


def _asked(session: Session, still: PlaceCache, actor: Actor, query: CoverageQuery) -> _Asked:
    attested: defaultdict[int, list[Attested]] = defaultdict(list)
    for one in approved_between(session, query.first, query.last):
        attested[one.venue].append(one)
    key = ("ledger", access.sight_of(actor, READ), query.filters)
    return _Asked(
        still.of(session, key, lambda: ledger_venues(session, actor, query.filters)),
        thresholds(session),
        attested,
        unordered_numbers(session),
    )


def _judged(
    core: Core, parts: PlaylogRuntime, query: CoverageQuery, asked: _Asked, as_of: int
) -> Mapping[int, Judged]:
    civil = Civil(core.settings.zone)
    with core.config.read() as session:
        windows = windows_between(session, civil.start_of(query.first.toordinal()), as_of)
    limits = Limits(but_campaigns=asked.beside)
    mine = {venue.id for venue in asked.venues if venue.access == "player"}
    with snapshot(core.plays) as tx:
        places = parts.remembered(PlacementsCache).of(tx)
        whole = select_places(places, query.first, query.last, "screen_day", limits)
        own = {key: spot for key, spot in whole.spots.items() if spot.venue in mine}
        selection = replace(whole, spots=own)
        knowledge = parts.knowledge
        context = Context(knowledge.plan, knowledge.tally, civil, as_of, windows)
        open_plays = OpenDuePlays(tx, whole, selection, context, memory_of(parts))
        today = civil.day_of(as_of)
        days = range(selection.from_day, min(selection.until_day, today + 1))
        remembered = parts.remembered(DaysByScreen)
        remembered.refresh(days, today, asked.beside, open_plays)
        around = Around(places, asked.thresholds.day_share)
        return tx.aside(remembered.judged, days, asked.beside, open_plays.rest(today), around)


def _evidence(
    cache: HoursCache,
    query: CoverageQuery,
    asked: _Asked,
    judged: Mapping[int, Judged],
    today: int,
) -> Evidence:
    days = [day for day in days_between(query.first, query.last) if day.toordinal() <= today]
    expected_by_day = [judged.get(day.toordinal(), NOTHING).expected for day in days]
    hours = cache.of(_in_need_of_hours(query, asked.venues, expected_by_day))
    credited: dict[int, Credits] = {
        venue: credits_of(attestations, query.first, query.last, hours.get(venue, DaysOpen({})))
        for venue, attestations in asked.attested.items()
    }
    return Evidence(days, judged, credited, hours, asked.thresholds.venue_share)


def _in_need_of_hours(
    query: CoverageQuery, venues: Iterable[LedgerVenue], expected_by_day: Iterable[frozenset[int]]
) -> set[int]:
    """Venues that may have been closed: manual ones, and those without expected plays.

    `expected_by_day` are the venues with expected plays on each of the days, empty for some days.
    """
    always = frozenset[int]().union(*expected_by_day)
    if query.group_by == "day":
        always = always.intersection(*expected_by_day)
    return {
        venue.id
        for venue in venues
        if venue.access == "manual" or (venue.access == "player" and venue.id not in always)
    }


def _rows(
    session: Session,
    core: Core,
    query: CoverageQuery,
    evidence: Evidence,
    statuses: Iterable[VenueStatus],
) -> Iterable[Row]:
    civil = Civil(core.settings.zone)
    if query.group_by == "day":
        by_day = {
            day.toordinal(): figures
            for day, figures in evidence.of_days(one.venue for one in statuses)
        }
        for label in labels(session, "day", by_day, civil):
            yield Row(label, by_day[int(str(label.key))])
        return
    if query.group_by == "venue":
        single: dict[GroupKey, VenueStatus] = {one.venue.id: one for one in statuses}
        alone = {state: summed([state]) for state in {one.state for one in single.values()}}
        for label in labels(session, "venue", single, civil):
            status = single[label.key]
            yield Row(label, alone[status.state], status)
        return
    groups: defaultdict[GroupKey, list[State]] = defaultdict(list)
    for status in statuses:
        groups[group_of(status.venue, query.group_by)].append(status.state)
    for label in labels(session, query.group_by, groups, civil):
        yield Row(label, summed(groups[label.key]))


def _awaited(judged: Mapping[int, Judged], venues: Iterable[LedgerVenue]) -> tuple[int, int]:
    """The number of venue-days that are pending, and of those with expected plays."""
    mine = frozenset(venue.id for venue in venues if venue.access == "player")
    expected = sum(len(one.expected & mine) for one in judged.values())
    waiting = sum(len((one.could - one.met) & mine) for one in judged.values())
    return waiting, expected
