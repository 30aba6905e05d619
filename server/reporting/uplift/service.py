"""Plays an hour since a campaign began, compared with before: a publicity office's proof."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from playlists.windows import Span
from server.accounts.actor import Actor
from server.campaigns.queries import unordered_numbers
from server.foundation.civil_time import LATE_DAYS, LONGEST_DAYS, Civil, check_period
from server.foundation.core import Core
from server.foundation.durations import DAY_MS
from server.foundation.errors import NotFound
from server.foundation.public_ids import number
from server.playlog.ingest.runtime import PlaylogRuntime
from server.playlog.store.snapshot import snapshot
from server.playlog.store.transaction import Tx
from server.playlog.upkeep import refresh
from server.reporting.delivery.expected.watermarks import Watermark, WatermarkCache
from server.reporting.delivery.placements_cache import PlacementsCache, Places
from server.reporting.delivery.selection import Selection, select_places
from server.reporting.delivery.service import scope_of
from server.reporting.uplift.measured_days import MeasuredDays
from server.reporting.uplift.measured_days import Publicity as Shown
from server.reporting.uplift.opening_time import OpenLines, SpansOf
from server.reporting.uplift.queries import Publicity, open_spans, publicity, sees
from server.reporting.uplift.rates import Change, ratio
from server.reporting.uplift.sums import Ground, Side

BEFORE_DAYS: Final = 28
"""Whole weeks, so that each weekday counts alike."""

Days = tuple[date, date]
"""The first and the last."""


@dataclass(frozen=True)
class UpliftQuery:
    """Days of the district, both inclusive; without `first` from each campaign's first day."""

    last: date
    first: date | None = None
    campaign_id: str | None = None

    @property
    def earliest(self) -> date:
        """The first day on which a campaign is searched."""
        return self.first or self.last - timedelta(days=LONGEST_DAYS)


@dataclass(frozen=True)
class Uplift:
    """A campaign, the days before it, the days since that count (None: none), and the change.

    `kinds` is the same by venue kind. `about.baseline` is the figure by hand.
    """

    about: Publicity
    before: Days
    since: Days | None
    whole: Change
    kinds: Sequence[tuple[str, Change]]

    @property
    def reported_uplift(self) -> float | None:
        """The rate since as a multiple of the reported baseline; None without one."""
        reported = self.about.baseline
        return ratio(self.whole.everywhere.per_hour, reported["value"] if reported else None)


@dataclass(frozen=True)
class UpliftReport:
    """All that was asked for, as of an instant (ms)."""

    query: UpliftQuery
    as_of: int
    rows: Sequence[Uplift]


def uplift(core: Core, parts: PlaylogRuntime, actor: Actor, query: UpliftQuery) -> UpliftReport:
    """Before and since by campaign, within the person's scope, newest first.

    Raises Invalid for impossible days, NotFound for a campaign that he doesn't see.
    """
    check_period(query.earliest, query.last)
    wanted = number("campaign", query.campaign_id) if query.campaign_id else None
    with core.config.read() as session:
        days = query.earliest, query.last
        campaigns = publicity(session, actor, Civil(core.settings.zone), days, wanted)
        is_hidden = wanted is not None and not sees(session, actor, wanted)
    as_of, found = _compared(core, parts, actor, campaigns, query)
    rows = [row for row in found if row.about.is_visible or row.whole.everywhere.screens]
    if is_hidden and not rows:
        raise NotFound
    return UpliftReport(query, as_of, rows)


def _compared(
    core: Core,
    parts: PlaylogRuntime,
    actor: Actor,
    campaigns: Sequence[Publicity],
    query: UpliftQuery,
) -> tuple[int, list[Uplift]]:
    refresh(core, parts)
    as_of, civil = core.clock.now_ms(), Civil(core.settings.zone)
    today = date.fromordinal(civil.day_of(as_of))
    with core.config.read() as session:
        apart, limits = unordered_numbers(session), scope_of(session, actor)
    with snapshot(core.plays) as tx:
        read = _Read(tx, parts.remembered(MeasuredDays), apart, today.toordinal())
        sides = [read.of(one, _since(one, query, today)) for one in campaigns]
        all_places = parts.remembered(PlacementsCache).of(tx)
        places = select_places(all_places, today, today, "campaign", limits)
        progress = parts.remembered(WatermarkCache).of(tx)
        screens = _screens(places, sides) & progress.keys()
        days = [side.days.start for side, _ in sides if side.days]
        since_ms = civil.start_of(min(days, default=today.toordinal()))
        lines = parts.remembered(OpenLines).of(
            tx, {screen: progress[screen] for screen in screens}, since_ms, _spans_of(core)
        )
    reported_until, ends = _reported_until(progress, as_of), _ends(all_places)
    ground = Ground(places.spots, places.cells, ends, reported_until, lines, civil)
    rows = [
        Uplift(one, _before(one), _days(since.days), *ground.changes(before, since))
        for one, (before, since) in zip(campaigns, sides, strict=True)
    ]
    return as_of, rows


def _screens(places: Selection, sides: Sequence[tuple[Side, Side]]) -> set[int]:
    """The screens within the person's scope that had any of the campaigns."""
    placements = {placement for _, since in sides for placement in since.own}
    return {places.spots[one].screen for one in placements if one in places.spots}


def _spans_of(core: Core) -> SpansOf:
    def read(digests: Sequence[str]) -> Mapping[str, Sequence[Span]]:
        with core.config.read() as session:
            return open_spans(session, digests)

    return read


@dataclass(frozen=True)
class _Read:
    """Reads both sides of campaigns; `apart` are those that are no publicity."""

    tx: Tx
    measured: MeasuredDays
    apart: frozenset[int]
    today: int

    def of(self, one: Publicity, since: Days | None) -> tuple[Side, Side]:
        """Before a campaign, and since, until the last day on which it was on any screen."""
        if since is None:
            return NOTHING, NOTHING
        before, after = _ordinals(_before(one)), _ordinals(since)
        own = self.measured.own(self.tx, after, self.today, one.campaign)
        if own:
            after = range(after.start, max(there.last_day for there in own.values()) + 1)
        return Side(before, self._shown(before), {}), Side(after, self._shown(after), own)

    def _shown(self, days: range) -> Shown:
        return self.measured.publicity(self.tx, days, self.today, self.apart)


NOTHING: Final = Side(range(0), Shown(), {})


def _ordinals(days: Days) -> range:
    return range(days[0].toordinal(), days[1].toordinal() + 1)


def _days(days: range) -> Days | None:
    return (date.fromordinal(days[0]), date.fromordinal(days[-1])) if days else None


def _before(one: Publicity) -> Days:
    return one.starts_on - timedelta(days=BEFORE_DAYS), one.starts_on - timedelta(days=1)


def _since(one: Publicity, query: UpliftQuery, today: date) -> Days | None:
    """The days that count; None if there is none (yet)."""
    first = max(one.starts_on, query.first or one.starts_on)
    last = min(one.ends_on, query.last, today)
    return (first, last) if first <= last else None


def _ends(places: Places) -> dict[int, int]:
    """By placement, the start of its screen's next one; without current placements."""
    return {
        key: later.from_ms
        for mine in places.by_screen.values()
        for (key, _), (_, later) in pairwise(mine)
    }


def _reported_until(progress: Mapping[int, Watermark], as_of_ms: int) -> dict[int, int]:
    """By screen, the instant until which all plays are reported; later time doesn't count."""
    late_ms = as_of_ms - LATE_DAYS * DAY_MS
    return {
        screen: min(as_of_ms, max(one.reported_until, one.clear_at, one.reach.slots_until, late_ms))
        for screen, one in progress.items()
    }
