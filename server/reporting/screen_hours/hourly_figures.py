"""Counts a screen's day hour by hour, and compares each campaign's plays with its goals."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from playlists.windows import (
    HOUR_MS,
    Span,
    VenueHours,
    clip,
    date_span,
    daypart_spans,
    intersect,
    total_ms,
)
from server.campaigns.content import content_of, day_parts
from server.campaigns.models import CampaignVersion
from server.campaigns.planning.hourly_target import HourlyTarget, target_at
from server.playlog.store.interned_ids import campaign_number
from server.reporting.screen_hours.day_log import Shown, ShownDay
from server.reporting.screen_hours.effective_versions import EffectiveVersions
from server.reporting.screen_hours.gaps import Gap, Gaps, gaps_between, summed

LEAST_MS: Final = HOUR_MS // 6
"""A shorter time is too short for a rate per hour."""

Campaign = str | None
"""A campaign's public id; None for plays of no campaign."""


@dataclass(frozen=True)
class CampaignHour:
    """A campaign's plays in an hour (or a day) on one screen.

    `run_ms`: how long the screen was open and the campaign was to run. `goal` is in plays an hour.
    `meets_*` is None without a goal, and while missing plays may still come in. `taken_ms` is the
    length of takeovers in the worst gap.
    """

    campaign: Campaign
    expected: int
    confirmed: int
    run_ms: int
    goal: HourlyTarget
    meets_target: bool | None
    meets_floor: bool | None
    gaps: Gaps
    taken_ms: int

    @property
    def per_hour(self) -> float | None:
        """Confirmed plays an hour; None if `run_ms` is too short."""
        return self.confirmed * HOUR_MS / self.run_ms if self.run_ms >= LEAST_MS else None


@dataclass(frozen=True)
class ScreenHour:
    """An hour [from_ms, until_ms) of the district's clock: `hour` counts from midnight."""

    hour: int
    from_ms: int
    until_ms: int
    open_ms: int
    campaigns: Sequence[CampaignHour]
    plays: Sequence[Shown]
    takeovers: Sequence[Span]

    @property
    def taken_ms(self) -> int:
        """The length of takeovers."""
        return total_ms(self.takeovers)


@dataclass(frozen=True)
class _Run:
    """When on the day a content of a campaign was in force and to run, on the open screen.

    `day_ms`: for how long it might have run, had it been in force all day. Without a version
    nobody asked for anything.
    """

    version: CampaignVersion | None
    day_ms: int
    spans: Sequence[Span]


class HourCounts:
    """One screen's day."""

    def __init__(
        self, shown: ShownDay, asked: Mapping[int, EffectiveVersions], venue: VenueHours
    ) -> None:
        self._shown = shown
        self._asked = asked
        self._venue = venue
        self._open = clip(shown.open_spans, shown.from_ms, shown.until_ms)
        self._expected: defaultdict[Campaign, list[int]] = defaultdict(list)
        self._confirmed: defaultdict[Campaign, list[int]] = defaultdict(list)
        for slot in shown.expected:
            self._expected[slot.campaign].append(slot.start_ms)
        for one in shown.plays:
            self._confirmed[one.campaign].append(one.start.slot_ms)
        self._runs = {one: list(self._runs_of(one)) for one in shown.campaigns}
        self._running = {
            one: [span for run in runs for span in run.spans] for one, runs in self._runs.items()
        }
        self._gaps = {one: self._gaps_of(one) for one in shown.campaigns}
        self._slots = [one.start.slot_ms for one in shown.plays]

    def hours(self) -> Iterator[ScreenHour]:
        """Each hour with expected or shown plays."""
        shown = self._shown
        for hour, from_ms in enumerate(range(shown.from_ms, shown.until_ms, HOUR_MS)):
            until_ms = min(from_ms + HOUR_MS, shown.until_ms)
            found = ScreenHour(
                hour,
                from_ms,
                until_ms,
                total_ms(clip(self._open, from_ms, until_ms)),
                list(self._campaigns_in(from_ms, until_ms)),
                shown.plays[slice(*_places(self._slots, from_ms, until_ms))],
                clip(shown.takeovers, from_ms, until_ms),
            )
            if found.open_ms or found.campaigns or found.takeovers:
                yield found

    def totals(self) -> Iterator[CampaignHour]:
        """The whole day, campaign by campaign."""
        return self._campaigns_in(self._shown.from_ms, self._shown.until_ms)

    def _campaigns_in(self, from_ms: int, until_ms: int) -> Iterator[CampaignHour]:
        for campaign in sorted(self._running, key=campaign_number):
            expected = _count(self._expected[campaign], from_ms, until_ms)
            confirmed = _count(self._confirmed[campaign], from_ms, until_ms)
            is_asked = campaign_number(campaign) in self._asked
            ran = is_asked and clip(self._running[campaign], from_ms, until_ms)
            if expected or confirmed or ran:
                yield self._held(campaign, expected, confirmed, (from_ms, until_ms))

    def _held(self, campaign: Campaign, expected: int, confirmed: int, span: Span) -> CampaignHour:
        """A campaign's plays compared with its goals in that time."""
        running = clip(self._running[campaign], *span)
        goals = list(self._goals(campaign, span))
        gaps = self._gaps[campaign].within(span)
        may_come = bool(running) and running[-1][1] > self._shown.complete_until_ms
        met = _meets(confirmed, _due((goal.plays, ms) for goal, ms in goals), may_come=may_come)
        longest = max((goal.longest_ms or 0 for goal, _ in goals), default=0)
        if met and longest and (gaps.worst_ms or 0) > longest:
            met = False
        return CampaignHour(
            campaign,
            expected,
            confirmed,
            total_ms(running),
            goals[0][0] if goals else HourlyTarget(),
            met,
            _meets(confirmed, _due((goal.floor, ms) for goal, ms in goals), may_come=may_come),
            gaps,
            _taken(self._shown.takeovers, gaps.worst),
        )

    def _goals(self, campaign: Campaign, span: Span) -> Iterator[tuple[HourlyTarget, int]]:
        """The requested rate of each hour's part of the time, and its length in ms."""
        asked = self._asked.get(campaign_number(campaign))
        if asked is None:
            return
        for run in self._runs[campaign]:
            for low, high in clip(run.spans, *span):
                for from_ms in range(low - low % HOUR_MS, high, HOUR_MS):
                    begin, end = max(low, from_ms), min(high, from_ms + HOUR_MS)
                    if run.version is not None:
                        goal = target_at(run.version, asked.boosts, run.day_ms, begin)
                        yield goal, end - begin

    def _runs_of(self, campaign: Campaign) -> Iterator[_Run]:
        """The contents that were in force on that day, in order of time."""
        asked = self._asked.get(campaign_number(campaign))
        if asked is None:
            yield _Run(None, 0, self._open)
            return
        for one in asked.versions:
            if one.from_ms < self._shown.until_ms and one.until_ms > self._shown.from_ms:
                whole = self._when(one.version)
                yield _Run(one.version, total_ms(whole), clip(whole, one.from_ms, one.until_ms))

    def _when(self, version: CampaignVersion) -> list[Span]:
        """When on that day the screen was open and a content was to run."""
        content = content_of(version)
        low, high = date_span(self._venue.zone(), content.starts_on, content.ends_on)
        low, high = max(low, self._shown.from_ms), min(high, self._shown.until_ms)
        if low >= high:
            return []
        parts = daypart_spans(day_parts(content.dayparts), self._venue, low, high)
        return intersect(self._open, parts)

    def _gaps_of(self, campaign: Campaign) -> "_DayGaps":
        starts = [one.start for one in self._shown.plays if one.campaign == campaign]
        return _DayGaps(list(gaps_between(starts, self._shown.open_spans)))


class _DayGaps:
    """A campaign's gaps in order of the slots that end them."""

    def __init__(self, gaps: Sequence[Gap]) -> None:
        self._gaps = gaps
        self._ends = [gap.later.slot_ms for gap in gaps]

    def within(self, span: Span) -> Gaps:
        """The gaps that end in that time."""
        return summed(self._gaps[slice(*_places(self._ends, *span))])


def _places(starts: Sequence[int], from_ms: int, until_ms: int) -> tuple[int, int]:
    """The first and last index of that time in a sorted list."""
    return bisect_left(starts, from_ms), bisect_left(starts, until_ms)


def _count(starts: Sequence[int], from_ms: int, until_ms: int) -> int:
    low, high = _places(starts, from_ms, until_ms)
    return high - low


def _due(parts: Iterable[tuple[Fraction | None, int]]) -> int | None:
    """The whole plays due at rates over parts of hours; None without any rate.

    A part that isn't a whole hour is due one less: a slot over its edge is none of its plays.
    """
    asked = [(rate * ms / HOUR_MS, ms < HOUR_MS) for rate, ms in parts if rate is not None]
    if not asked:
        return None
    return max(int(sum(plays for plays, _ in asked)) - sum(cut for _, cut in asked), 0)


def _meets(confirmed: int, due: int | None, may_come: bool) -> bool | None:
    if due is None:
        return None
    return True if confirmed >= due else None if may_come else False


def _taken(takeovers: Sequence[Span], gap: Gap | None) -> int:
    return total_ms(clip(takeovers, gap.earlier.at_ms, gap.later.at_ms)) if gap else 0
