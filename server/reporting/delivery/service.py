"""The delivery report: expected plays by state, in any grouping."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, NamedTuple, TypeVar

from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.campaigns.queries import public_interest_marks, unordered_numbers
from server.foundation.civil_time import Civil, check_period
from server.foundation.core import Core
from server.foundation.public_ids import number
from server.playlog.ingest.runtime import PlaylogRuntime
from server.playlog.rollups.day_seals import newest_head
from server.playlog.store.snapshot import snapshot
from server.playlog.store.transaction import Tx
from server.playlog.upkeep import refresh
from server.reporting.delivery import queries
from server.reporting.delivery.cache import memory_of
from server.reporting.delivery.declared_losses import declared
from server.reporting.delivery.expected.exclusion_windows import windows_between
from server.reporting.delivery.expected.hourly_recount import recounted
from server.reporting.delivery.expected.open_days import OpenDays
from server.reporting.delivery.figures import Figures, summed
from server.reporting.delivery.grouping import GroupKey, Where, group_of
from server.reporting.delivery.labels import Label
from server.reporting.delivery.labels_cache import LabelsCache
from server.reporting.delivery.placements_cache import PlacementsCache
from server.reporting.delivery.report_context import ReportContext
from server.reporting.delivery.rollups.rollup_sums import adjustments
from server.reporting.delivery.rollups.sums_cache import SumsCache
from server.reporting.delivery.selection import (
    GroupBy,
    Grouping,
    Limits,
    Selection,
    last_venues,
    select_places,
)
from server.reporting.plays.acknowledged import Counts, Taken, acknowledged
from server.reporting.spot_checks.statistic.scope import Question
from server.reporting.spot_checks.statistic.service import Statistic, statistic

T = TypeVar("T")
NOTHING: Final = Figures()
PLACES: Final = ("unit_id", "territory_id", "venue_kind", "venue_id", "screen_id", "line_id")
"""Where a report is narrowed to, as are the spot checks beside it."""


@dataclass(frozen=True, slots=True)
class ReportQuery:
    """The query of a report; dates are the district's, both inclusive; ids are public ones."""

    first: date
    last: date
    group_by: GroupBy = "campaign"
    campaign_id: str | None = None
    unit_id: str | None = None
    territory_id: str | None = None
    venue_kind: str | None = None
    venue_id: str | None = None
    screen_id: str | None = None
    line_id: str | None = None
    acknowledged: bool = False
    """Include all acknowledged plays by state, which needs a read of the log."""
    campaigns_only: bool = False
    """Without venues' own content and the fallback picture, which nobody ordered."""


class Row(NamedTuple):
    """One group with its figures.

    `label` identifies it, `taken` are its acknowledged plays by state. `public_interest`: a
    campaign's mark (公益), None if unknown.
    """

    label: Label
    figures: Figures
    taken: Counts | None = None
    public_interest: bool | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A report as of an instant (ms); `chain_head` is the head of the server's chain of days."""

    query: ReportQuery
    as_of: int
    rows: tuple[Row, ...]
    totals: Figures
    adjustments: int
    chain_head: str | None
    declared: Mapping[str, int] = field(default_factory=dict)
    """Lost plays, by the reason given by their players."""
    checked: Statistic = field(default_factory=Statistic)
    """Spot checks of the same days and places, whatever the campaign."""
    taken: Counts | None = None
    """All acknowledged plays by state, on request."""
    of_campaigns: Figures | None = None
    """By campaign: the totals without venues' own content and plays of no campaign."""
    of_public_interest: Figures | None = None
    """By campaign: the totals of those in the public interest (公益)."""

    @property
    def by_campaign(self) -> bool:
        """Whether each row is a campaign."""
        return self.query.group_by == "campaign"


@dataclass(frozen=True, slots=True)
class Added:
    """Figures by group as of an instant (ms), with the context of a report.

    They aren't settled: add up the rows that belong together first.
    """

    as_of: int
    groups: dict[GroupKey, Figures]
    late: int
    head: str | None
    declared: Mapping[str, int]
    venue_by_screen: Mapping[int, int]
    """By screen, the venue that names it."""
    taken: Taken | None = None


def delivery(core: Core, parts: PlaylogRuntime, actor: Actor, query: ReportQuery) -> Report:
    """The states of the expected plays. Raises Invalid, and NotFound for a foreign filter."""
    added = delivery_by(core, parts, actor, query, query.group_by)
    with core.config.read() as session:
        civil = Civil(core.settings.zone)
        cache = parts.remembered(LabelsCache)
        found = cache.of(session, query.group_by, added.groups, civil, added.venue_by_screen)
        places = {name: getattr(query, name) for name in PLACES}
        checked = statistic(core, session, actor, Question(query.first, query.last, **places))
        by_campaign = query.group_by == "campaign"
        unordered = unordered_numbers(session) if by_campaign else frozenset()
        marks = public_interest_marks(session) if by_campaign else {}
    settled = [added.groups[label.key].settled() for label in found]
    rows = tuple(_rows_of(found, settled, added.taken, marks))
    late, head = added.late, added.head
    taken = None if added.taken is None else sum(added.taken.values(), Counts())
    details = added.declared, checked, taken
    alone = of_marked = None
    if by_campaign:
        alone = summed(row.figures for row in rows if row.label.key not in unordered)
        of_marked = summed(row.figures for row in rows if row.public_interest)
    return Report(query, added.as_of, rows, summed(settled), late, head, *details, alone, of_marked)


def _rows_of(
    found: Sequence[Label],
    settled: Sequence[Figures],
    taken: Taken | None,
    marks: Mapping[str, bool | None],
) -> Iterator[Row]:
    for label, figures in zip(found, settled, strict=True):
        counts = None if taken is None else taken.get(label.key, Counter())
        yield Row(label, figures, counts, marks.get(label.value or ""))


def delivery_by(
    core: Core, parts: PlaylogRuntime, actor: Actor, query: ReportQuery, group_by: Grouping
) -> Added:
    """A report's figures, by other groupings too than people ask for. Raises Invalid, NotFound."""
    check_period(query.first, query.last)
    with core.config.read() as session:
        limits = limits_of(session, actor, query)
    return _added_up(core, parts, query, limits, group_by)


def of_campaign(
    core: Core, parts: PlaylogRuntime, campaign_id: int, first: date, last: date
) -> dict[date, Figures]:
    """A campaign's figures by day over all screens, for the server itself."""
    query = ReportQuery(first, last, "day")
    added = _added_up(core, parts, query, Limits(campaign=campaign_id), "day")
    return {
        date.fromordinal(key): figures.settled()
        for key, figures in added.groups.items()
        if isinstance(key, int)
    }


def of_venues(
    core: Core, parts: PlaylogRuntime, first: date, last: date
) -> Mapping[tuple[int, int], Figures]:
    """Figures of all venues by venue and campaign (0: none's), for the server itself."""
    added = _added_up(core, parts, ReportQuery(first, last), Limits(), "venue_campaign")
    groups = added.groups.items()
    return {key: figures.settled() for key, figures in groups if isinstance(key, tuple)}


def _added_up(
    core: Core, parts: PlaylogRuntime, query: ReportQuery, limits: Limits, group_by: Grouping
) -> Added:
    refresh(core, parts)
    as_of = core.clock.now_ms()
    civil = Civil(core.settings.zone)
    with core.config.read() as session:
        from_ms = civil.start_of(query.first.toordinal())
        windows = windows_between(session, from_ms, as_of)
    with snapshot(core.plays) as tx:
        places = parts.remembered(PlacementsCache).of(tx)
        selection = select_places(places, query.first, query.last, group_by, limits)
        by_hour = query.group_by == "hour" and limits.by_place
        cache = parts.knowledge
        around = ReportContext(cache.plan, cache.tally, civil, as_of, windows, recounted=by_hour)
        groups = _grouped(selection, _rows(tx, selection, around, parts))
        late, head = adjustments(tx, selection), newest_head(tx)
        venue_by_screen = last_venues(selection, civil) if selection.group_by == "screen" else {}
        taken = acknowledged(tx, selection, civil, groups) if query.acknowledged else None
        for key in taken or ():
            groups.setdefault(key, Figures())
        return Added(
            as_of, groups, late, head, declared(tx, selection, civil), venue_by_screen, taken
        )


def _rows(
    tx: Tx, selection: Selection, around: ReportContext, parts: PlaylogRuntime
) -> Iterator[tuple[Where, Figures]]:
    """States from roll-ups (or plays), then plays outside the roll-ups."""
    if around.recounted:
        yield from recounted(tx, selection, around)
    else:
        yield from tx.aside(parts.remembered(SumsCache).of, selection)
    yield from OpenDays(tx, selection, around, memory_of(parts)).rows()


def _grouped(
    selection: Selection, rows: Iterable[tuple[Where, Figures]]
) -> dict[GroupKey, Figures]:
    """The rows added up by group; groups in which nothing was expected or shown are left out."""
    group = group_of(selection)
    groups: dict[GroupKey, Figures] = {}
    for where, figures in rows:
        key = group(where)
        total = groups.get(key)
        if total is None:
            groups[key] = copy(figures)
        else:
            total.add(figures)
    return {key: figures for key, figures in groups.items() if figures != NOTHING}


def scope_of(session: Session, actor: Actor) -> Limits:
    """The rows that the person sees: by units, or by venues where these are his own alone."""
    venues = queries.venues_in_scope(session, actor)
    units = queries.units_in_scope(session, actor) if venues is None else None
    return Limits(units=units, venues=venues)


def limits_of(session: Session, actor: Actor, query: ReportQuery) -> Limits:
    """The person's scope and the filters as numbers. Raises NotFound."""
    return replace(
        scope_of(session, actor),
        unit=_found(queries.units_below, session, actor, query.unit_id),
        territory=_found(queries.units_below, session, actor, query.territory_id),
        venue_kind=query.venue_kind,
        venue=_found(queries.venue_number, session, actor, query.venue_id),
        screen=_found(queries.screen_number, session, actor, query.screen_id),
        line=_found(queries.line_number, session, actor, query.line_id),
        campaign=number("campaign", query.campaign_id) if query.campaign_id else None,
        but_campaigns=unordered_numbers(session) if query.campaigns_only else frozenset(),
    )


def _found(
    find: Callable[[Session, Actor, str], T], session: Session, actor: Actor, text: str | None
) -> T | None:
    return None if text is None else find(session, actor, text)
