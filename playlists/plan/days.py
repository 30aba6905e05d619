"""One local day of a screen: its pieces of time, and enough plays for each daily promise."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from types import MappingProxyType

from playlists.demand.hours import Hour, HourDemand
from playlists.demand.orders import CampaignOrder
from playlists.demand.targets import exact, hourly_frequency, hours_in_turn
from playlists.plan.built_loops import Built, campaigns_of, wire_loop
from playlists.plan.levelling import levelled
from playlists.plan.stretches import Stretch, cut_hourly, day_stretches
from playlists.windows import HOUR_MS, Span, VenueHours, full_hour_before, local_date
from playlists.wire.compliance import expected_plays
from playlists.wire.model import Manifest, Segment

MOST_TRIES = 3

Additions = Mapping[tuple[str, int], int]
"""Plays to be added (or left out), by campaign and by the start of the part that gets them."""


@dataclass(frozen=True, slots=True)
class Piece:
    """[from_ms, until_ms) with one loop; without one it is closed, or nothing is there to show."""

    from_ms: int
    until_ms: int
    built: Built | None
    closed: bool = False


def plan_day(
    orders: Sequence[CampaignOrder],
    venue: VenueHours,
    day: Span,
    built: Callable[[HourDemand], Built],
) -> list[Piece]:
    """The pieces of a local day, in order.

    A part of an hour at the day's edge may hold fewer plays than its share. So if a daily number of
    plays isn't reached, the campaign's longest hour of that day gets the missing ones.
    """
    planner = _Day(orders, venue, day_stretches(orders, venue, day), built)
    additions = planner.paced()
    pieces = planner.pieces(additions)
    for _ in range(MOST_TRIES):
        missing = planner.missing(pieces)
        if not missing:
            break
        for name, plays in missing.items():
            additions[name, planner.longest_hour(name)] += plays
        pieces = planner.pieces(additions)
    return pieces


def join(pieces: Iterable[Piece], venue: VenueHours) -> list[Segment]:
    """Pieces as segments; neighbours that show the same at every instant become one.

    Anchors are local full hours, which the period divides: the position in a loop doesn't depend on
    the start of its segment.
    """
    joined: list[Segment] = []
    for piece in pieces:
        segment = _segment(piece, venue)
        if segment is None:
            continue
        period_ms = piece.built.loop.period_ms if piece.built else 1
        if joined and _continues(joined[-1], segment, period_ms):
            last = joined.pop()
            segment = Segment(last.from_ms, segment.until_ms, last.loop, last.anchor_ms)
        joined.append(segment)
    return joined


class _Day:
    """A day that is being planned."""

    def __init__(
        self,
        orders: Sequence[CampaignOrder],
        venue: VenueHours,
        stretches: Sequence[Stretch],
        built: Callable[[HourDemand], Built],
    ) -> None:
        self.orders = orders
        self.venue = venue
        self.stretches = stretches
        self.built = built
        self._levelled: dict[Hour, Hour] = {}

    def pieces(self, additions: Additions) -> list[Piece]:
        pieces = []
        for stretch in self.stretches:
            if stretch.active is None:
                pieces.append(Piece(stretch.from_ms, stretch.until_ms, None, closed=True))
                continue
            for part in self._parts(stretch, additions):
                hour = self._hour(part, additions)
                demand = hour.demand(part.from_ms // HOUR_MS)
                loop = self.built(demand) if demand.request.items else None
                pieces.append(Piece(part.from_ms, part.until_ms, loop))
        return pieces

    def paced(self) -> Counter[tuple[str, int]]:
        """The correction of each hour to the rounded-up pace, so that the day's sum is right.

        A total's pace is an average; loops have whole plays.
        """
        hours = self._paced_hours()
        changes: Counter[tuple[str, int]] = Counter()
        for name, (starts, rates) in hours.items():
            for start_ms, rate, plays in zip(
                starts, rates, hours_in_turn(rates, self._ordinal()), strict=True
            ):
                if plays != ceil(rate):
                    changes[name, start_ms] = plays - ceil(rate)
        return changes

    def missing(self, pieces: Sequence[Piece]) -> dict[str, int]:
        """The shortfall of each daily promise; none where an order had to give way."""
        promised = self._promised()
        built = [piece.built for piece in pieces if piece.built]
        if not promised or any(one.refused for one in built):
            return {}
        gave_way = {row.item for one in built for row in one.gave_way}
        counts = self._count(pieces)
        return {
            name: wanted - counts.get(name, 0)
            for name, wanted in promised.items()
            if name not in gave_way and counts.get(name, 0) < wanted
        }

    def longest_hour(self, name: str) -> int:
        """The start of the first of the longest parts of an hour in which a campaign runs."""
        parts = [
            part
            for stretch in self.stretches
            if any(self.orders[active.order].id == name for active in stretch.active or ())
            for part in cut_hourly(stretch, self.venue)
        ]
        return max(parts, key=lambda part: part.until_ms - part.from_ms).from_ms

    def _parts(self, stretch: Stretch, additions: Additions) -> list[Stretch]:
        """The stretch whole, or hour by hour if its hours differ."""
        hour = self._hour(stretch)
        if additions or hour.variations() > 1:
            return cut_hourly(stretch, self.venue)
        return [stretch]

    def _hour(self, stretch: Stretch, additions: Additions = MappingProxyType({})) -> Hour:
        """The demand of an hour of the stretch, with the same plays in each of its variations."""
        hour = hour_of(self.orders, self.venue.own_share, stretch, additions)
        if hour not in self._levelled:
            self._levelled[hour] = levelled(hour, self.built)
        return self._levelled[hour]

    def _paced_hours(self) -> dict[str, tuple[list[int], list[Fraction]]]:
        """The hours of each order with a pace: their starts, and the rates there."""
        hours: dict[str, tuple[list[int], list[Fraction]]] = {}
        for stretch in self.stretches:
            for active in stretch.active or ():
                target = self.orders[active.order].target
                if target.kind != "pace" or target.value is None:
                    continue
                name, rate = self.orders[active.order].id, exact(target.value) * active.boost
                starts, rates = hours.setdefault(name, ([], []))
                for part in cut_hourly(stretch, self.venue):
                    starts.append(part.from_ms)
                    rates.append(rate)
        return hours

    def _ordinal(self) -> int:
        return local_date(self.venue.zone(), self.stretches[0].from_ms).toordinal()

    def _promised(self) -> dict[str, int]:
        """Plays that the day must hold, by campaign; one that is slowed down promises nothing."""
        promised: dict[str, int] = {}
        slowed: set[str] = set()
        for active in (one for stretch in self.stretches for one in stretch.active or ()):
            order = self.orders[active.order]
            if order.target.kind == "plays_per_day" and order.target.value is not None:
                promised[order.id] = ceil(exact(order.target.value))
                if active.boost < 1:
                    slowed.add(order.id)
        return {name: plays for name, plays in promised.items() if name not in slowed}

    def _count(self, pieces: Sequence[Piece]) -> dict[str | None, int]:
        loops = {piece.built.loop.name: piece.built.loop for piece in pieces if piece.built}
        campaigns = campaigns_of(loops.values())
        no_media: defaultdict[str, int] = defaultdict(int)
        manifest = Manifest(
            timezone=self.venue.timezone,
            assets=(),
            campaigns=campaigns,
            loops={name: wire_loop(loop, no_media, campaigns, "") for name, loop in loops.items()},
            segments=tuple(join(pieces, self.venue)),
            fallback=0,
        )
        return expected_plays(manifest, pieces[0].from_ms, pieces[-1].until_ms)


def hour_of(
    orders: Sequence[CampaignOrder],
    own_share: float,
    stretch: Stretch,
    additions: Additions = MappingProxyType({}),
) -> Hour:
    """The orders that run in a stretch, with their wanted plays per hour."""
    campaigns, fillers, starters = [], [], []
    for active in stretch.active or ():
        order = orders[active.order]
        if order.starter:
            starters.append(order)
        elif order.is_filler:
            fillers.append(order)
        else:
            more = additions.get((order.id, stretch.from_ms), 0)
            frequency = hourly_frequency(order, active.day_ms, active.boost, more)
            if frequency.plays > 0:
                campaigns.append((order, frequency))
    if not campaigns and not any(order.assets for order in fillers):
        fillers = starters
    return Hour(tuple(campaigns), tuple(fillers), own_share)


def _segment(piece: Piece, venue: VenueHours) -> Segment | None:
    if piece.built is not None:
        anchor_ms = full_hour_before(venue.zone(), piece.from_ms)
        return Segment(piece.from_ms, piece.until_ms, piece.built.loop.name, anchor_ms)
    if piece.closed:
        return Segment(piece.from_ms, piece.until_ms, None, piece.from_ms)
    return None


def _continues(last: Segment, segment: Segment, period_ms: int) -> bool:
    in_step = (segment.anchor_ms - last.anchor_ms) % period_ms == 0
    return last.until_ms == segment.from_ms and last.loop == segment.loop and in_step
