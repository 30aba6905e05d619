"""From "how often" to plays per loop, and the pace that a total still needs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from playlists.demand.orders import TARGET_KINDS, Boost, CampaignOrder
from playlists.errors import InvalidRequest
from playlists.windows import HOUR_MS

DERIVED = frozenset({"share_of_voice", "longest_wait_s", "pace"})
"""Derived for an order, so that a shortest gap caps it and doesn't refuse it."""
SLACK = Fraction(6, 5)
"""A longest wait starts this much denser, for no order is perfectly even."""
FASTEST_PACE = Fraction(3, 2)
GOLDEN = (610, 987)
"""Consecutive Fibonacci numbers: multiples of the one modulo the other are spread evenly."""


@dataclass(frozen=True, slots=True)
class Frequency:
    """A campaign's demand of each hour; `max_gap_ms` is its longest wait, start to start."""

    plays: int
    floor: int
    min_gap_ms: int | None = None
    max_gap_ms: int | None = None


def hourly_frequency(
    order: CampaignOrder, day_ms: int, boost: Fraction = Fraction(1), more: int = 0
) -> Frequency:
    """The plays per hour that keep an order's target.

    `day_ms` is how long the campaign may run on that day (opening hours within its day parts),
    `boost` is a factor on the target, and `more` plays are added. Raises InvalidRequest for a
    target that can't be planned.
    """
    _check(order)
    floor = ceil(exact(order.floor))
    min_gap_ms = None if order.min_gap_s is None else ceil(exact(order.min_gap_s) * 1000)
    max_gap_ms = None
    wanted = _wanted(order, day_ms)
    if order.target.kind == "longest_wait_s":
        max_gap_ms = int(_value(order) * 1000 / boost)
    plays = ceil(wanted * boost)
    if order.target.kind == "share_of_voice":
        plays = _plays_for_share(order, wanted * boost)
    if min_gap_ms and (boost > 1 or order.target.kind in DERIVED):
        plays = min(plays, HOUR_MS // min_gap_ms)
    return Frequency(max(plays + more, floor), floor, min_gap_ms, max_gap_ms)


def hours_in_turn(rates: Sequence[Fraction], day: int) -> list[int]:
    """The plays of each hour of a day (`day` as ordinal) whose average is its rate, in order.

    Whole plays make up for the fractions as they add up over the hours. What a day begins with is
    a golden turn further each day, so that also rates of less than a play a day come true.
    """
    reached = Fraction(day * GOLDEN[0] % GOLDEN[1], GOLDEN[1])
    plays = []
    for rate in rates:
        before, reached = reached, reached + rate
        plays.append(int(reached) - int(before))
    return plays


def factor_at(boosts: Iterable[Boost], at_ms: int) -> Fraction:
    """The factor on a target at an instant: the boosts in force then multiply each other."""
    factor = Fraction(1)
    for boost in boosts:
        if boost.from_ms <= at_ms < boost.until_ms:
            factor *= exact(boost.factor)
    return factor


def paced_rate(
    remaining_plays: int,
    remaining_open_ms: int,
    nominal: float | Fraction,
    floor: float | Fraction = 0,
    share_cap: float | Fraction | None = None,
) -> Fraction:
    """The plays per hour that reach a total in time, kept between floor and 1.5 x nominal.

    `nominal` is the rate that the total needed at its start and `share_cap` the most that the
    campaign may have, all in plays per screen-hour; `remaining_open_ms` is the sum over screens.
    """
    if remaining_open_ms <= 0:
        return exact(floor)
    rate = Fraction(max(remaining_plays, 0) * HOUR_MS, remaining_open_ms)
    return max(exact(floor), min(rate, highest_rate(nominal, floor, share_cap)))


def highest_rate(
    nominal: float | Fraction,
    floor: float | Fraction = 0,
    share_cap: float | Fraction | None = None,
) -> Fraction:
    """The most plays per hour at which a total may go on: making good doesn't crowd out others."""
    most = exact(nominal) * FASTEST_PACE
    if share_cap is not None:
        most = min(most, exact(share_cap))
    return max(exact(floor), most)


def unreachable_plays(remaining_plays: int, remaining_open_ms: int, rate: Fraction) -> int:
    """The plays of a total that can't be recovered by its end at that rate."""
    return max(0, remaining_plays - int(rate * remaining_open_ms / HOUR_MS))


def exact(value: float | Fraction) -> Fraction:
    """A number as people wrote it: 0.1 is a tenth, not the nearest binary fraction."""
    return value if isinstance(value, Fraction) else Fraction(str(value))


def _wanted(order: CampaignOrder, day_ms: int) -> Fraction:
    """Plays an hour, or for a share of voice its share."""
    value = _value(order)
    if order.target.kind == "plays_per_day":
        return value * HOUR_MS / day_ms
    if order.target.kind == "longest_wait_s":
        return SLACK * 3600 / value
    return value


def _plays_for_share(order: CampaignOrder, share: Fraction) -> int:
    """The fewest plays, taking turns, whose airtime is that share of an hour."""
    wanted_ms = min(share, Fraction(1)) * HOUR_MS
    round_ms = sum(asset.duration_ms for asset in order.assets)
    rounds = int(wanted_ms // round_ms)
    plays, reached_ms = rounds * len(order.assets), rounds * round_ms
    for asset in order.assets:
        if reached_ms >= wanted_ms:
            break
        plays, reached_ms = plays + 1, reached_ms + asset.duration_ms
    return plays


def _check(order: CampaignOrder) -> None:
    kind = order.target.kind
    if kind not in TARGET_KINDS:
        raise InvalidRequest("/target/kind", f"{kind} is no kind of target")
    if kind == "total_plays":
        detail = "a total is planned by its pace, which paced_rate works out"
        raise InvalidRequest("/target/kind", detail)
    if kind == "filler" or order.starter:
        raise InvalidRequest("/target/kind", "filler has no frequency; it takes what is left")
    if not order.assets:
        raise InvalidRequest("/assets", f"campaign {order.id} has nothing to show")
    if kind == "pace" and _value(order) == 0:
        return
    if _value(order) <= 0 or (kind == "share_of_voice" and _value(order) > 1):
        raise InvalidRequest("/target/value", "give a value above 0; a share of voice up to 1")


def _value(order: CampaignOrder) -> Fraction:
    if order.target.value is None:
        raise InvalidRequest("/target/value", f"a target of {order.target.kind} needs a value")
    return exact(order.target.value)
