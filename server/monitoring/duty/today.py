"""Today's operating hours of a venue's screens and their source: opening hours, line or roster.

These hours are the ones of monitoring. Plans and expected plays always follow opening hours, so for
vehicles this reports whether the two differ.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.windows import DayCalendar, Span, instant_ms
from server.campaigns.targeting.venue_hours import venue_hours
from server.foundation.i18n import Sentence
from server.inventory.screens.models import Screen
from server.inventory.venues.kinds import VEHICLES
from server.inventory.venues.models import Line, Venue
from server.monitoring.duty.operating_hours import open_seconds, operating_of
from server.monitoring.duty.vehicle_hours import read_rosters, service

Source = Literal["opening", "service", "roster"]
SOURCES: Final = {
    "opening": Sentence("按营业时段", "by opening hours"),
    "service": Sentence("按{line}首末班", "by the hours of line {line}"),
    "roster": Sentence("按{line}今天的排班", "by today's roster of line {line}"),
}
NOT_TODAY: Final = Sentence("今天不运行", "Not today")


@dataclass(frozen=True, slots=True)
class HoursToday:
    """Spans in seconds since 1970; `planned`: the spans for which programmes are scheduled."""

    zone: ZoneInfo
    spans: tuple[Span, ...]
    planned: tuple[Span, ...]
    source: Source
    line: str = ""

    @property
    def differs(self) -> bool:
        """Whether programmes are scheduled for other times than those monitored."""
        return self.spans != self.planned

    def in_words(self, language: str) -> str:
        """06:00–22:30（按 3 路首末班）."""
        hours = "、".join(self._span(one) for one in self.spans)
        line = self.line if language == "en" or not self.line else f" {self.line}"
        why = SOURCES[self.source].in_language(language).format(line=line)
        open_, shut = (" (", ")") if language == "en" else ("（", "）")
        return f"{hours or NOT_TODAY.in_language(language)}{open_}{why}{shut}"

    def _span(self, span: Span) -> str:
        first, last = (datetime.fromtimestamp(at_s, self.zone) for at_s in span)
        end = f"{last:%H:%M}"
        return f"{first:%H:%M}–{'24:00' if end == '00:00' else end}"


def hours_today(session: Session, venue: Venue, now_ms: int) -> HoursToday | None:
    """For the screens of a venue, on its current local day; None if it has no screen."""
    screen = session.scalar(
        select(Screen.id).where(Screen.venue_id == venue.id, Screen.retired_at.is_(None)).limit(1)
    )
    if screen is None:
        return None
    zone = ZoneInfo(venue.timezone)
    day = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(zone).date()
    from_s, until_s = (instant_ms(zone, one, 0) // 1000 for one in (day, day + timedelta(days=1)))
    return HoursToday(
        zone,
        operating_of(session, {screen}, from_s, until_s)[screen],
        open_seconds(venue_hours(venue, DayCalendar()), from_s, until_s),
        *_source(session, venue, day),
    )


def _source(session: Session, venue: Venue, day: date) -> tuple[Source, str]:
    line = session.get(Line, venue.line_id) if venue.line_id is not None else None
    if line is None or venue.kind not in VEHICLES:
        return "opening", ""
    if day in read_rosters(session, day, day).of(line.id, venue.id):
        return "roster", line.name
    runs = service(line.first_service, line.last_service) is not None
    return ("service", line.name) if runs else ("opening", "")
