"""How a campaign would stand on its screens: their fullest hours, what gives way, what can't be.

Screens with equal inputs are one group. An hour's demands cost little, so all hours ahead are
looked through; only the fullest of each group is built.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from playlists.admission import admit, asked_plays, load_ms
from playlists.compiler import compile_loop
from playlists.days import hour_of
from playlists.errors import LoopRefused, Refusal
from playlists.hours import HourDemand
from playlists.orders import CampaignOrder
from playlists.planned import Built, build_planned
from playlists.request import LoopRequest, LoopResult
from playlists.stretches import Stretch, day_stretches, whole_days
from playlists.windows import DayCalendar, Span, VenueHours, date_span, intersect
from server.campaigns.misfits import Misfit
from server.campaigns.orders import Entry, Orders, Shown
from server.campaigns.venue_hours import hours_key, venue_hours
from server.errors import Invalid, fault
from server.ids import public
from server.screens.facts import ScreenFacts
from server.texts import Sentence

DAYS_AHEAD: Final = 15
DAY_MS: Final = 24 * 3_600_000
MOST_PLAYS: Final = 20_000
TOO_MANY = Sentence(
    "在这些时段内次数过多，无法编排，请降低频次或放宽时段。",
    "That is too many plays for these hours: lower the target or widen the day parts.",
)


class NamedAssets:
    """Every asset shows its own public id: for plans that only people look at."""

    def shown(self, asset_id: int, _cls: str) -> Shown:
        """The id in place of a digest."""
        return Shown(public("asset", asset_id))


@dataclass(frozen=True)
class Group:
    """Screens of one venue kind on which the campaign meets the same demands."""

    screens: tuple[ScreenFacts, ...]
    orders: tuple[CampaignOrder, ...]
    venue: VenueHours

    @property
    def venue_kind(self) -> str:
        """The kind of all its venues."""
        return self.screens[0].venue_kind


@dataclass(frozen=True)
class Busy:
    """A group's fullest hour in which the campaign runs; `fullness` is load / room.

    `demand` None: it doesn't run in the days looked at. `misfits` are of all hours.
    """

    group: Group
    demand: HourDemand | None
    fullness: float
    misfits: tuple[Misfit, ...]


def groups_of(
    facts: Iterable[ScreenFacts], about: Entry, others: Sequence[Entry], calendar: DayCalendar
) -> list[Group]:
    """The screens that `about` selects, by equal inputs, the largest group first."""
    orders = Orders([*others, about], NamedAssets())
    found: dict[tuple[str, str, tuple[CampaignOrder, ...]], list[ScreenFacts]] = defaultdict(list)
    for one in about.choice.among(facts):
        key = (one.venue_kind, hours_key(one), tuple(orders.for_screen(one)))
        found[key].append(one)
    groups = [
        Group(tuple(screens), key[2], venue_hours(screens[0], calendar))
        for key, screens in found.items()
    ]
    return sorted(groups, key=lambda group: -len(group.screens))


def busiest(group: Group, about: Entry, from_ms: int) -> Busy:
    """Look through the hours of the days after an instant in which the campaign runs."""
    fullest: HourDemand | None = None
    most = 0.0
    misfits: dict[Refusal, Misfit] = {}
    for demand in demands(group, about, (from_ms, from_ms + DAYS_AHEAD * DAY_MS)):
        for refusal in refusals_of(demand.request):
            misfits.setdefault(refusal, Misfit(refusal, demand.request, group.orders))
        fullness = _fullness(demand.request)
        if fullest is None or fullness > most:
            fullest, most = demand, fullness
    return Busy(group, fullest, most, tuple(misfits.values()))


def demands(group: Group, about: Entry, window: Span) -> Iterator[HourDemand]:
    """The different demands of the time in which the campaign runs, each once."""
    content = about.content
    dates = date_span(group.venue.zone(), content.starts_on, content.ends_on)
    seen: set[HourDemand] = set()
    for low, high in intersect([window], [dates]):
        for day in whole_days(group.venue, low, high):
            for stretch in day_stretches(group.orders, group.venue, day):
                if stretch.until_ms <= low or stretch.from_ms >= high:
                    continue
                demand = _demand(group, about, stretch)
                if demand is not None and demand not in seen:
                    seen.add(demand)
                    yield demand


def _demand(group: Group, about: Entry, stretch: Stretch) -> HourDemand | None:
    """What an hour of the stretch asks for; None where the campaign doesn't run or ask at all."""
    active = stretch.active or ()
    if not any(group.orders[one.order].id == about.name for one in active):
        return None
    demand = hour_of(group.orders, group.venue.own_share, stretch).demand(0)
    return demand if demand.request.items else None


def build_quickly(demand: HourDemand) -> Built:
    """The first good answer for an hour (about 50 ms)."""
    return build_planned(demand, _quick)


@lru_cache(maxsize=256)
def _quick(request: LoopRequest) -> LoopResult:
    """Remembered, as groups and the steps of a slider ask for the same hours again."""
    return compile_loop(replace(request, quick=True))


def refusals_of(request: LoopRequest) -> tuple[Refusal, ...]:
    """Why an hour can't be kept; raises Invalid where working it out would take too long."""
    if any(asked_plays(item, request.period_ms or 1) > MOST_PLAYS for item in request.items):
        raise Invalid(TOO_MANY, faults=[fault("/target/value", TOO_MANY)])
    try:
        admit(request)
    except LoopRefused as refused:
        return refused.refusals
    return ()


def _fullness(request: LoopRequest) -> float:
    period_ms = request.period_ms or 1
    asked = [asked_plays(item, period_ms) for item in request.items]
    return load_ms(request.items, asked) / max(period_ms - request.own_ms, 1)
