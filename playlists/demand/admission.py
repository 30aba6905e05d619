"""Does it all fit into a loop; what gives way if not; why not, in figures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from playlists.demand.request import LAST_TIER, USUAL_TIER, GaveWay, LoopItem, LoopRequest
from playlists.errors import LoopRefused, Refusal, SmallestChange

HALF = Fraction(1, 2)
MOST_ROUNDS = 64


@dataclass(frozen=True, slots=True)
class Admission:
    """The plays of each item (0 for filler that takes the rest), and the items that gave way."""

    period_ms: int
    plays: tuple[int, ...]
    gave_way: tuple[GaveWay, ...]


def admit(request: LoopRequest) -> Admission:
    """Decide the plays of every item; raises LoopRefused when no decision is right.

    When the load is above the period less the own share, the lowest tier gives way first, all of
    it by one factor with rounding to the nearest whole play, nobody below floor or longest wait.
    """
    items = request.items
    period_ms = request.period_ms or _own_period(items)
    _refuse_contradictions(items, period_ms)
    room_ms = period_ms - request.own_ms
    floors = [item.floor for item in items]
    _refuse_overload("floors_exceed_period", items, floors, room_ms)
    least = [least_plays(item, period_ms) for item in items]
    _refuse_overload("max_gaps_too_dense", items, least, room_ms)
    asked = [asked_plays(item, period_ms) for item in items]
    given = _give_way(items, asked, least, room_ms)
    gave_way = tuple(
        GaveWay(item.id, asked[i], given[i], _tier(item))
        for i, item in enumerate(items)
        if given[i] < asked[i]
    )
    return Admission(period_ms, tuple(given), gave_way)


def least_plays(item: LoopItem, period_ms: int) -> int:
    """The minimum of an item: its floor, and enough plays for its longest wait."""
    if item.max_gap_ms is None:
        return item.floor
    return max(item.floor, -(-period_ms // item.max_gap_ms))


def asked_plays(item: LoopItem, period_ms: int) -> int:
    """The demand of an item, raised to its floor and to the plays for its longest wait.

    A longest wait that alone decides starts a fifth denser, as no order is perfectly even.
    """
    asked = max(item.plays or 0, item.floor)
    if item.max_gap_ms is not None and asked < -(-period_ms // item.max_gap_ms):
        asked = -(-period_ms * 6 // (item.max_gap_ms * 5))
    return asked


def load_ms(items: Sequence[LoopItem], plays: Sequence[int]) -> int:
    """The airtime of that many plays of each item."""
    return sum(item.airtime_ms(n) for item, n in zip(items, plays, strict=True))


def _own_period(items: Sequence[LoopItem]) -> int:
    """The period that all plays fill exactly; raising plays for longest waits raises it too."""
    period_ms = load_ms(items, [max(item.plays or 0, item.floor) for item in items])
    for _ in range(MOST_ROUNDS):
        wanted_ms = load_ms(items, [asked_plays(item, max(period_ms, 1)) for item in items])
        if wanted_ms <= period_ms:
            break
        period_ms = wanted_ms
    return max(period_ms, 1)


def _refuse_contradictions(items: Sequence[LoopItem], period_ms: int) -> None:
    checks: dict[str, Callable[[LoopItem], bool]] = {
        "min_gap_above_max_gap": _gaps_crossed,
        "min_gap_too_long": lambda item: (
            (item.min_gap_ms or 0) * asked_plays(item, period_ms) > period_ms
        ),
        "max_gap_below_duration": lambda item: (
            item.max_gap_ms is not None and item.max_gap_ms < item.longest_ms()
        ),
    }
    refusals = []
    for code, contradicts in checks.items():
        guilty = tuple(item.id for item in items if contradicts(item))
        if guilty:
            refusals.append(Refusal(code, guilty))
    if refusals:
        raise LoopRefused(refusals)


def _gaps_crossed(item: LoopItem) -> bool:
    return item.max_gap_ms is not None and (item.min_gap_ms or 0) > item.max_gap_ms


def _refuse_overload(
    code: str, items: Sequence[LoopItem], plays: Sequence[int], room_ms: int
) -> None:
    load = load_ms(items, plays)
    if load <= room_ms:
        return
    refusal = Refusal(
        code=code,
        items=tuple(item.id for item, n in zip(items, plays, strict=True) if n > 0),
        over_ms=load - room_ms,
        largest_factor=room_ms / load,
        smallest_change=_smallest_change(items, plays, load - room_ms),
    )
    raise LoopRefused([refusal])


def _smallest_change(
    items: Sequence[LoopItem], plays: Sequence[int], over_ms: int
) -> SmallestChange | None:
    """The one item that could make it fit: fewest plays lost, then least airtime, then first."""
    best: tuple[int, int, int] | None = None
    for index, item in enumerate(items):
        lost = _plays_to_lose(item, plays[index], over_ms)
        if lost is not None:
            airtime = item.airtime_ms(plays[index]) - item.airtime_ms(plays[index] - lost)
            best = min(best or (lost, airtime, index), (lost, airtime, index))
    if best is None:
        return None
    lost, _, index = best
    return SmallestChange(items[index].id, plays[index] - lost)


def _plays_to_lose(item: LoopItem, plays: int, over_ms: int) -> int | None:
    for lost in range(1, plays + 1):
        if item.airtime_ms(plays) - item.airtime_ms(plays - lost) >= over_ms:
            return lost
    return None


def _give_way(
    items: Sequence[LoopItem], asked: Sequence[int], least: Sequence[int], room_ms: int
) -> list[int]:
    given = list(asked)
    for rank in sorted({_rank(item) for item in items}, reverse=True):
        over_ms = load_ms(items, given) - room_ms
        if over_ms <= 0:
            break
        tier = [index for index, item in enumerate(items) if _rank(item) == rank]
        _scale(items, tier, given, least, over_ms)
    return given


def _scale(
    items: Sequence[LoopItem],
    tier: Sequence[int],
    given: list[int],
    least: Sequence[int],
    over_ms: int,
) -> None:
    """Lower a tier by the largest common factor that frees `over_ms`, or as far as it goes.

    plays = max(least, factor x asked to the nearest whole): so just below (n - 1/2) / asked an
    item drops to n - 1 plays. Items with the same threshold drop together.
    """
    asked = {index: given[index] for index in tier}
    room_ms = load_ms(items, given) - over_ms
    steps = sorted(
        {
            Fraction(2 * n - 1, 2 * asked[index])
            for index in tier
            for n in range(least[index] + 1, asked[index] + 1)
        },
        reverse=True,
    )

    def lower_below(step: Fraction) -> None:
        for index in tier:
            plays = -((HALF - step * asked[index]) // 1)
            given[index] = max(least[index], plays)

    low, high = 0, len(steps) - 1
    while low < high:
        middle = (low + high) // 2
        lower_below(steps[middle])
        if load_ms(items, given) <= room_ms:
            high = middle
        else:
            low = middle + 1
    if steps:
        lower_below(steps[low])


def _tier(item: LoopItem) -> int:
    if item.tier is not None:
        return item.tier
    return LAST_TIER if item.role == "filler" else USUAL_TIER


def _rank(item: LoopItem) -> int:
    """The order of giving way, highest first: filler without a tier comes before all tiers."""
    return LAST_TIER + 1 if item.tier is None and item.role == "filler" else _tier(item)
