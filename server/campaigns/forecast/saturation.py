"""Forecast of a campaign on its screens: fullest hours, displaced campaigns, conflicts.

Screens with equal inputs form one group. An hour's demands are cheap, so all hours ahead are
examined; only the fullest of each group is built.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

from playlists.demand.admission import admit, asked_plays, load_ms
from playlists.demand.hours import HourDemand
from playlists.demand.orders import CampaignOrder
from playlists.demand.request import GaveWay, LoopRequest, LoopResult
from playlists.errors import LoopRefused, Refusal
from playlists.plan.built_loops import Built, build_planned, without_limits
from playlists.plan.compiler import compile_loop
from playlists.plan.days import hour_of
from playlists.plan.stretches import Active, Stretch, day_stretches, whole_days
from playlists.windows import (
    HOUR_MS,
    DayCalendar,
    Span,
    VenueHours,
    date_span,
    day_span,
    intersect,
)
from server.campaigns.forecast.conflict_texts import Misfit
from server.campaigns.planning.orders import Entry, Orders, Shown
from server.campaigns.targeting.venue_hours import hours_key, venue_hours
from server.foundation.durations import DAY_MS
from server.foundation.errors import Invalid
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.inventory.screens.facts import ScreenFacts

DAYS_AHEAD: Final = 15
MOST_PLAYS: Final = 20_000
TOO_MANY = Sentence(
    "在这些时段内次数过多，无法编排，请降低频次或放宽时段。",
    "That is too many plays for these hours: lower the target or widen the day parts.",
)


class NamedAssets:
    """Every asset is represented by its public id: for plans that only people view."""

    def shown(self, asset_id: int, _cls: str) -> Shown:
        """The id in place of a digest."""
        return Shown(public("asset", asset_id))


@dataclass(frozen=True)
class Opening:
    """A venue's hours as a hashable key: the `pattern` and the calendar."""

    pattern: str
    calendar: DayCalendar
    venue: VenueHours = field(compare=False)


@dataclass(frozen=True)
class Group:
    """Screens of one venue kind on which the campaign meets the same demands."""

    screens: tuple[ScreenFacts, ...]
    orders: tuple[CampaignOrder, ...]
    opening: Opening

    @property
    def venue(self) -> VenueHours:
        """The opening hours of all its venues."""
        return self.opening.venue

    @property
    def venue_kind(self) -> str:
        """The kind of all its venues."""
        return self.screens[0].venue_kind


@dataclass(frozen=True)
class Busy:
    """A group's fullest hour in which the campaign runs; `fullness` is load / room.

    `group` is without, `ordered` with the campaign's boosts. `demand` None: it doesn't run in the
    examined days. `day`: the first one with that hour, `active`: the campaigns in it. `misfits`:
    conflicts of all hours.
    """

    group: Group
    ordered: Group
    demand: HourDemand | None
    day: Span | None
    fullness: float
    misfits: tuple[Misfit, ...]
    active: tuple[Active, ...] = ()

    def begins_ms(self) -> int | None:
        """When that hour comes first."""
        if self.day is None:
            return None
        stretches = day_stretches(self.group.orders, self.group.venue, self.day)
        return next((one.from_ms for one in stretches if one.active == self.active), None)


def groups_of(
    facts: Iterable[ScreenFacts], about: Entry, others: Sequence[Entry], calendar: DayCalendar
) -> list[Group]:
    """The screens that `about` selects, by equal inputs, the largest group first."""
    orders = Orders([*others, about], NamedAssets())
    numbers = _Numbers()
    found: dict[tuple[str, str, float, tuple[int, ...]], list[ScreenFacts]] = defaultdict(list)
    for one in about.choice.among(facts):
        ordered = tuple(numbers.of(order) for order in orders.for_screen(one))
        found[one.venue_kind, hours_key(one), one.own_share, ordered].append(one)
    groups = []
    for (_kind, pattern, _share, ordered), screens in found.items():
        opening = Opening(pattern, calendar, venue_hours(screens[0], calendar))
        groups.append(Group(tuple(screens), numbers.orders(ordered), opening))
    return sorted(groups, key=lambda group: -len(group.screens))


class _Numbers:
    """Assigns equal orders the same number; each object's content is compared once."""

    def __init__(self) -> None:
        self._by_object: dict[int, int] = {}
        self._by_content: dict[CampaignOrder, int] = {}
        self._kept: list[CampaignOrder] = []

    def of(self, order: CampaignOrder) -> int:
        number = self._by_object.get(id(order))
        if number is None:
            self._kept.append(order)  # so that its id stays its own
            number = self._by_content.setdefault(order, len(self._by_content))
            self._by_object[id(order)] = number
        return number

    def orders(self, numbers: Iterable[int]) -> tuple[CampaignOrder, ...]:
        every = list(self._by_content)
        return tuple(every[number] for number in numbers)


def days_ahead(group: Group, about: Entry, from_ms: int) -> Span:
    """The examined days: those after an instant, or the campaign's first ones."""
    content = about.content
    begins_ms, _ = date_span(group.venue.zone(), content.starts_on, content.ends_on)
    low = max(from_ms, begins_ms)
    return low, low + DAYS_AHEAD * DAY_MS


def busiest(group: Group, about: Entry, from_ms: int) -> Busy:
    """Examine the hours of the days ahead in which the campaign runs.

    The fullest hour is without the campaign's own boosts, and so is its group. Conflicts are
    searched with them.
    """
    window = days_ahead(group, about, from_ms)
    misfits: dict[Refusal, Misfit] = {}
    for demand, _active, _day in surveyed(group, about, window):
        for refusal in refusals_of(demand.request):
            misfits.setdefault(refusal, Misfit(refusal, demand.request, group.orders))
    plain = usual(group, about)
    hours = surveyed(plain, about, window)
    fullest = max(hours, key=lambda hour: fullness_of(hour[0].request), default=None)
    if fullest is None:
        return Busy(plain, group, None, None, 0.0, tuple(misfits.values()))
    demand, active, day = fullest
    fullness = fullness_of(demand.request)
    return Busy(plain, group, demand, day, fullness, tuple(misfits.values()), active)


def usual(group: Group, about: Entry) -> Group:
    """The same screens as if the campaign weren't boosted."""
    if not about.boosts:
        return group
    plain = (replace(one, boosts=()) if one.id == about.name else one for one in group.orders)
    return replace(group, orders=tuple(plain))


def alike(hours: Iterable[Busy]) -> bool:
    """Whether all screens have the same hours and demands, so that one group represents all."""
    kinds = {
        None if one.demand is None else (one.group.opening.pattern, one.demand.request)
        for one in hours
    }
    return len(kinds) < 2


def demand_at(group: Group, at_ms: int) -> HourDemand | None:
    """The demand of the hour around an instant; None if the venue is closed or has no orders."""
    day = day_span(group.venue.zone(), at_ms)
    for stretch in day_stretches(group.orders, group.venue, day):
        if stretch.from_ms <= at_ms < stretch.until_ms and stretch.active:
            demand = _demand(group.orders, group.venue.own_share, stretch.active)
            return demand if demand.request.items else None
    return None


def plays_on(group: Group, about: Entry, day: Span) -> int:
    """The plays of the campaign on a local day, summed over its admitted hours."""
    plays = 0.0
    for stretch in day_stretches(group.orders, group.venue, day):
        if about.name not in _names(group.orders, stretch.active or ()):
            continue
        request = _demand(group.orders, group.venue.own_share, stretch.active or ()).request
        given, _ = admitted(request, about.name)
        plays += given * (stretch.until_ms - stretch.from_ms) / (request.period_ms or HOUR_MS)
    return round(plays)


def surveyed(
    group: Group, about: Entry, window: Span
) -> Iterator[tuple[HourDemand, tuple[Active, ...], Span]]:
    """The different demands of the time in which the campaign runs, each once.

    With each come who runs then, and the first day on which it comes.
    """
    for active, day in _companies(group, about, window):
        demand = _demand(group.orders, group.venue.own_share, active)
        if demand.request.items:
            yield demand, active, day


def _companies(
    group: Group, about: Entry, window: Span
) -> Iterator[tuple[tuple[Active, ...], Span]]:
    """The sets of campaigns that run together with it, each with its first day."""
    content = about.content
    dates = date_span(group.venue.zone(), content.starts_on, content.ends_on)
    for spans in intersect([window], [dates]):
        for active, day in _together(group.orders, group.opening, spans):
            if about.name in _names(group.orders, active):
                yield active, day


def _names(orders: Sequence[CampaignOrder], active: Iterable[Active]) -> set[str]:
    return {orders[one.order].id for one in active}


def admitted(request: LoopRequest, name: str) -> tuple[int, tuple[GaveWay, ...]]:
    """A campaign's plays in a loop (filler's are known only once it is built), who gives way."""
    try:
        found = admit(request)
    except LoopRefused:
        found = admit(without_limits(request))
    plays = zip(request.items, found.plays, strict=True)
    return sum(n for item, n in plays if item.id == name), tuple(found.gave_way)


@lru_cache(maxsize=64)
def _together(
    orders: tuple[CampaignOrder, ...], opening: Opening, window: Span
) -> tuple[tuple[tuple[Active, ...], Span], ...]:
    """The distinct sets of campaigns that run together within a time, with their first day."""
    low, high = window
    found: dict[tuple[Active, ...], Span] = {}
    for day in whole_days(opening.venue, low, high):
        for stretch in day_stretches(orders, opening.venue, day):
            if stretch.active and stretch.until_ms > low and stretch.from_ms < high:
                found.setdefault(stretch.active, day)
    return tuple(found.items())


@lru_cache(maxsize=512)
def _demand(
    orders: tuple[CampaignOrder, ...], own_share: float, active: tuple[Active, ...]
) -> HourDemand:
    """The demand of an hour with these orders; groups differ in hours more than in orders."""
    return hour_of(orders, own_share, Stretch(0, HOUR_MS, active)).demand(0)


def build_quickly(demand: HourDemand) -> Built:
    """The first good answer for an hour (about 50 ms)."""
    return build_planned(demand, _quick)


@lru_cache(maxsize=256)
def _quick(request: LoopRequest) -> LoopResult:
    """Remembered, as groups and the steps of a slider ask for the same hours again."""
    return compile_loop(replace(request, quick=True))


def refusals_of(request: LoopRequest) -> tuple[Refusal, ...]:
    """The refusals of an hour; raises Invalid if computing them would take too long."""
    if any(asked_plays(item, request.period_ms or 1) > MOST_PLAYS for item in request.items):
        raise Invalid.at("/target/value", TOO_MANY)
    try:
        admit(request)
    except LoopRefused as refused:
        return refused.refusals
    return ()


def fullness_of(request: LoopRequest) -> float:
    """Its load in parts of the room that the hour has."""
    period_ms = request.period_ms or 1
    asked = [asked_plays(item, period_ms) for item in request.items]
    return load_ms(request.items, asked) / max(period_ms - request.own_ms, 1)
