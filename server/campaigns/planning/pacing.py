"""A total by a date as plays per screen-hour: over all selected screens, by their opening hours."""

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Final

from sqlalchemy.orm import Session

from playlists.demand.targets import exact, factor_at
from playlists.windows import (
    HOUR_MS,
    DayCalendar,
    VenueHours,
    clip,
    date_span,
    daypart_spans,
    intersect,
    opening_spans,
    total_ms,
)
from server.campaigns.content import day_parts
from server.campaigns.holidays import days as calendar_days
from server.campaigns.models import CampaignPace
from server.campaigns.planning.orders import Entry
from server.campaigns.targeting.venue_hours import alike
from server.foundation.errors import Invalid
from server.foundation.i18n import Sentence
from server.inventory.screens.facts import ScreenFacts
from server.inventory.screens.queries import facts

MOST_DAYS: Final = 400
NO_HOURS = Sentence(
    "所选显示屏在这些日期和时段内没有开机时间，无法分配总次数。",
    "The selected screens aren't open in these days and day parts: a total has nowhere to go.",
)
TOO_LONG = Sentence(
    "按总次数的任务最长 400 天，请分段下达。", "A total runs for at most 400 days: split it."
)


def paced(session: Session, entry: Entry, now_ms: int) -> Entry:
    """The entry with the pace that its total needs; other targets stay as they are."""
    content = entry.content
    if content.target_kind != "total_plays" or entry.pace is not None:
        return entry
    if (content.ends_on - content.starts_on).days > MOST_DAYS:
        raise Invalid.at("/ends_on", TOO_LONG)
    screens = entry.choice.among(facts(session))
    remaining_ms = open_ms(entry, screens, calendar_days.load(session), now_ms)
    if remaining_ms <= 0:
        raise Invalid.at("/target", NO_HOURS)
    stored = session.get(CampaignPace, entry.campaign_id)
    remaining = exact(content.target_value or 0) - (stored.confirmed if stored is not None else 0)
    return replace(entry, pace=float(max(remaining, Fraction(0)) * HOUR_MS / remaining_ms))


def open_ms(
    entry: Entry, screens: Iterable[ScreenFacts], calendar: DayCalendar, from_ms: int
) -> int:
    """The campaign's remaining running time from an instant on, in ms, summed over all screens.

    Boosted time counts as many times as it is boosted.
    """
    groups = alike(screens, calendar)
    return sum(count * _venue_ms(entry, venue, from_ms) for venue, count in groups)


def _venue_ms(entry: Entry, venue: VenueHours, from_ms: int) -> int:
    content = entry.content
    low, high = date_span(venue.zone(), content.starts_on, content.ends_on)
    low, high = max(low, from_ms), min(high, content.ends_at or high)
    if low >= high:
        return 0
    running = daypart_spans(day_parts(content.dayparts), venue, low, high)
    spans = intersect(opening_spans(venue, low, high), running)
    edges = {edge for one in entry.boosts for edge in (one.from_ms, one.until_ms)}
    cuts = sorted({low, high} | {edge for edge in edges if low < edge < high})
    weighted = sum(
        factor_at(entry.boosts, begin) * total_ms(clip(spans, begin, end))
        for begin, end in pairwise(cuts)
    )
    return int(weighted)
