"""Time cut where anything changes: opening hours, dates, day parts, boosts, days."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from playlists.demand.orders import CampaignOrder
from playlists.demand.targets import factor_at
from playlists.windows import (
    HOUR_MS,
    Span,
    VenueHours,
    date_span,
    day_span,
    daypart_spans,
    full_hour_before,
    intersect,
    opening_spans,
    total_ms,
)


@dataclass(frozen=True, slots=True)
class Active:
    """An order (by index) that runs: how long it may on that day, and its boost."""

    order: int
    day_ms: int
    boost: Fraction


@dataclass(frozen=True, slots=True)
class Stretch:
    """[from_ms, until_ms) in which nothing changes; `active` None means the venue is closed."""

    from_ms: int
    until_ms: int
    active: tuple[Active, ...] | None


def whole_days(venue: VenueHours, from_ms: int, until_ms: int) -> list[Span]:
    """The local calendar days that meet [from_ms, until_ms)."""
    zone = venue.zone()
    days = []
    at_ms = from_ms
    while at_ms < until_ms:
        day = day_span(zone, at_ms)
        days.append(day)
        at_ms = day[1]
    return days


def day_stretches(orders: Sequence[CampaignOrder], venue: VenueHours, day: Span) -> list[Stretch]:
    """Cut one local day into stretches, in order and without gaps."""
    open_spans = opening_spans(venue, *day)
    running = [running_spans(order, venue, open_spans, day) for order in orders]
    edges = {*day}
    for spans in (open_spans, *running):
        edges.update(edge for span in spans for edge in span)
    for order in orders:
        for boost in order.boosts:
            edges.update(edge for edge in (boost.from_ms, boost.until_ms) if day[0] < edge < day[1])
    cuts = sorted(edges)
    return [
        Stretch(low, high, _active(orders, running, open_spans, low))
        for low, high in pairwise(cuts)
    ]


def running_spans(
    order: CampaignOrder, venue: VenueHours, open_spans: Sequence[Span], day: Span
) -> list[Span]:
    """The part of a day's opening hours in which an order runs."""
    zone = venue.zone()
    low, high = day
    if order.starts_on is not None:
        low = max(low, date_span(zone, order.starts_on, order.starts_on)[0])
    if order.ends_on is not None:
        high = min(high, date_span(zone, order.ends_on, order.ends_on)[1])
    if low >= high:
        return []
    return intersect(open_spans, daypart_spans(order.dayparts, venue, low, high))


def cut_hourly(stretch: Stretch, venue: VenueHours) -> list[Stretch]:
    """The same stretch in pieces that end at full local hours."""
    zone = venue.zone()
    pieces = []
    at_ms = stretch.from_ms
    while at_ms < stretch.until_ms:
        end_ms = min(full_hour_before(zone, at_ms) + HOUR_MS, stretch.until_ms)
        pieces.append(Stretch(at_ms, end_ms, stretch.active))
        at_ms = end_ms
    return pieces


def _active(
    orders: Sequence[CampaignOrder],
    running: Sequence[Sequence[Span]],
    open_spans: Sequence[Span],
    at_ms: int,
) -> tuple[Active, ...] | None:
    if not _covers(open_spans, at_ms):
        return None
    return tuple(
        Active(index, total_ms(running[index]), factor_at(order.boosts, at_ms))
        for index, order in enumerate(orders)
        if _covers(running[index], at_ms)
    )


def _covers(spans: Sequence[Span], at_ms: int) -> bool:
    index = bisect_right(spans, at_ms, key=lambda span: span[0]) - 1
    return index >= 0 and at_ms < spans[index][1]
