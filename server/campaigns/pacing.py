"""A total by a date as plays per screen-hour: over all selected screens, by their opening hours."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from sqlalchemy.orm import Session

from playlists.targets import exact
from playlists.windows import (
    HOUR_MS,
    DayCalendar,
    VenueHours,
    date_span,
    daypart_spans,
    intersect,
    opening_spans,
    total_ms,
)
from server.accounts.audit import record
from server.campaigns import calendar_days, queries
from server.campaigns.contents import Content, day_parts
from server.campaigns.notices import CampaignsChanged
from server.campaigns.orders import Entry
from server.campaigns.venue_hours import hours_key, venue_hours
from server.core import Core
from server.errors import Invalid, fault
from server.ids import public
from server.screens.facts import ScreenFacts
from server.screens.queries import facts
from server.texts import Sentence

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
        raise Invalid(TOO_LONG, faults=[fault("/ends_on", TOO_LONG)])
    screens = entry.choice.among(facts(session))
    remaining_ms = open_ms(content, screens, calendar_days.load(session), now_ms)
    if remaining_ms <= 0:
        raise Invalid(NO_HOURS, faults=[fault("/target", NO_HOURS)])
    pace = exact(content.target_value or 0) * HOUR_MS / remaining_ms
    return replace(entry, pace=float(pace))


def take_pace(core: Core, campaign_id: int, plays_per_hour: float) -> None:
    """Go on with a total at a new pace (plays per screen-hour), as the reports have worked out.

    What isn't on the screens, or has no total, is left alone.
    """
    with core.config.write() as session:
        version = queries.signed_version(session, campaign_id)
        if version is None or version.target_kind != "total_plays":
            return
        version.pace = plays_per_hour
        subject = public("campaign", campaign_id)
        now_ms = core.clock.now_ms()
        record(session, now_ms, None, "campaign.pace", subject, plays_per_hour=plays_per_hour)
    core.events.publish(CampaignsChanged("pace"))


def open_ms(
    content: Content, screens: Iterable[ScreenFacts], calendar: DayCalendar, now_ms: int
) -> int:
    """For how long the campaign can still run, in ms over all screens together."""
    alike: Counter[str] = Counter()
    venues: dict[str, VenueHours] = {}
    for one in screens:
        key = hours_key(one)
        alike[key] += 1
        venues.setdefault(key, venue_hours(one, calendar))
    return sum(count * _venue_ms(content, venues[key], now_ms) for key, count in alike.items())


def _venue_ms(content: Content, venue: VenueHours, now_ms: int) -> int:
    low, high = date_span(venue.zone(), content.starts_on, content.ends_on)
    low, high = max(low, now_ms), min(high, content.ends_at or high)
    if low >= high:
        return 0
    running = daypart_spans(day_parts(content.dayparts), venue, low, high)
    return total_ms(intersect(opening_spans(venue, low, high), running))
