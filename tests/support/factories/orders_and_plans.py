"""Small factories for loops, orders and plans, and strategies that draw them."""

from datetime import date
from functools import lru_cache
from typing import Any

from hypothesis import strategies as st

from playlists.demand.orders import CampaignOrder, OrderAsset, Target
from playlists.demand.request import LoopItem, LoopRequest, LoopResult, Turn
from playlists.plan.compiler import compile_loop
from playlists.windows import VenueHours, instant_ms, weekly_hours
from playlists.wire.model import Asset, Loop, Manifest, Segment, Slot

HOUR = 3_600_000
SHANGHAI = "Asia/Shanghai"


def item(name: str, seconds: int | tuple[int, ...], plays: int | None, **more: Any) -> LoopItem:
    """A demand; several lengths are several assets that take turns."""
    lengths = seconds if isinstance(seconds, tuple) else (seconds,)
    kind = more.pop("kind", "image")
    return LoopItem(name, tuple(Turn(length * 1000, kind) for length in lengths), plays, **more)


def filler(name: str, seconds: int, kind: str = "image") -> LoopItem:
    return item(name, seconds, None, role="filler", kind=kind)


def request(*items: LoopItem, period: int | None = 3600, **more: Any) -> LoopRequest:
    return LoopRequest(items, None if period is None else period * 1000, **more)


@lru_cache(maxsize=4096)
def quick_loop(asked: LoopRequest) -> LoopResult:
    """Loops as the planner asks for them, but with the first good answer."""
    return compile_loop(LoopRequest(asked.items, asked.period_ms, asked.own_ms, quick=True))


def plays_of(asked: LoopRequest, built: LoopResult) -> dict[str, int]:
    """Plays by item id, 0 for those that got none."""
    counts = dict.fromkeys((one.id for one in asked.items), 0)
    for slot in built.slots:
        if slot.item is not None:
            counts[asked.items[slot.item].id] += 1
    return counts


def digest(letter: str) -> str:
    return letter * 64


def order(name: str, kind: str = "plays_per_hour", value: Any = 12, **more: Any) -> CampaignOrder:
    """A campaign of one 15-second image; `assets` as letters, each with its seconds."""
    assets = more.pop("assets", {"a": 15})
    return CampaignOrder(
        name,
        tuple(OrderAsset(digest(letter), length * 1000) for letter, length in assets.items()),
        Target(kind, value),
        **more,
    )


def own_filler(name: str = "f_1", **assets: int) -> CampaignOrder:
    return order(name, "filler", None, assets=assets or {"f": 20})


def venue(*ranges: tuple[str, str], **more: Any) -> VenueHours:
    """Open every day in these ranges, 08:00 to 20:00 by default, in Shanghai."""
    hours = [list(pair) for pair in ranges or (("08:00", "20:00"),)]
    zone = more.pop("timezone", SHANGHAI)
    return VenueHours(zone, weekly_hours({str(day): hours for day in range(1, 8)}), **more)


def at(place: VenueHours, day: date, clock: str = "00:00") -> int:
    """The instant of a wall-clock time at a venue."""
    hours, minutes = clock.split(":")
    return instant_ms(place.zone(), day, int(hours) * 60 + int(minutes))


def media(*orders: CampaignOrder, also: str = "0") -> dict[str, Asset]:
    """The assets of the orders and a fallback, as a screen would fetch them."""
    digests = {asset.digest for one in orders for asset in one.assets} | {digest(also)}
    return {name: Asset(name, "image", "image/png", 1, 1920, 1080) for name in digests}


@st.composite
def manifests(draw: st.DrawFn) -> Manifest:
    """Any manifest: odd periods and anchors, gaps, closed times, segments shorter than a slot."""
    loops = {}
    for number in range(draw(st.integers(1, 3))):
        lengths = draw(st.lists(st.integers(1, 90), min_size=1, max_size=6))
        slots, reached = [], 0
        for length in lengths:
            owner = draw(st.sampled_from([-1, 0, 1]))
            slots.append(Slot(reached, length, draw(st.integers(0, 2)), owner))
            reached += length
        loops[f"L{number}"] = Loop(reached, tuple(slots))
    segments, reached = [], draw(st.integers(0, 500))
    for _ in range(draw(st.integers(1, 5))):
        begin = reached + draw(st.sampled_from([0, 0, 17]))
        reached = begin + draw(st.integers(1, 400))
        name = draw(st.sampled_from([*loops, None]))
        anchor = begin if name is None else begin - draw(st.integers(-50, 300))
        segments.append(Segment(begin, reached, name, anchor))
    assets = tuple(Asset(digest(x), "image", "image/png", 1, 1, 1) for x in "abc")
    return Manifest(SHANGHAI, assets, ("k1", "k2"), loops, tuple(segments), 2)
