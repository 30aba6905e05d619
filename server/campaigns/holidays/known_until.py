"""The end of the known holidays, and the campaigns that depend on later ones."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.campaigns.content import Content
from server.campaigns.durations import fill
from server.campaigns.holidays.national import NATIONAL
from server.campaigns.models import CalendarDay
from server.foundation.i18n import Sentence

# The law has that many free days a year at least; a year with fewer was hardly entered whole.
LEAST_HOLIDAYS: Final = 11
CALENDAR_ENDS: Final = Sentence(
    "该任务按工作日或节假日播放，而节假日安排只录入到 {until}：{year} 年起先按星期推算。"
    "请在“设置 → 节假日”补录 {year} 年的放假和调休。",
    "It goes by workdays or holidays, and these are known until {until}: from {year} on the plain "
    "weekday counts. Add the holidays and make-up workdays of {year} in Settings, Holidays.",
)


@dataclass(frozen=True)
class CalendarEnds:
    """A campaign goes by a calendar that isn't known from the first day of `year` on."""

    year: int

    @property
    def known_until(self) -> date:
        """The last day that is known."""
        return date(self.year - 1, 12, 31)

    @property
    def sentence(self) -> Sentence:
        """The consequence and the remedy."""
        return fill(*CALENDAR_ENDS, until=self.known_until.isoformat(), year=self.year)

    def as_json(self, language: str) -> dict[str, Any]:
        """The document of `/check`."""
        return {
            "code": "calendar_ends",
            "detail": self.sentence.in_language(language),
            "known_until": self.known_until.isoformat(),
            "href": f"/settings/calendar?year={self.year}",
        }


def entered_years(session: Session) -> frozenset[int]:
    """The years whose holidays are in the national list or were entered by the district."""
    set_free = select(CalendarDay.day).where(CalendarDay.kind == "holiday")
    return years_of(session.scalars(set_free))


def years_of(set_free: Iterable[date]) -> frozenset[int]:
    """The same from the days that the district has set to be free."""
    entered = Counter(day.year for day in set_free)
    whole = {year for year, days in entered.items() if days >= LEAST_HOLIDAYS}
    return frozenset(whole | {day.year for day in NATIONAL})


def first_unknown(entered: Collection[int], first: date, last: date) -> int | None:
    """The first year of some days that isn't known."""
    return next((year for year in range(first.year, last.year + 1) if year not in entered), None)


def calendar_ends(session: Session, content: Content, today: date) -> CalendarEnds | None:
    """The end of the calendar within a campaign's remaining days; None if it needs none."""
    by_calendar = any(part.get("calendar", "all") != "all" for part in content.dayparts)
    first = max(content.starts_on, today)
    if not by_calendar or content.ends_on < first:
        return None
    year = first_unknown(entered_years(session), first, content.ends_on)
    return None if year is None else CalendarEnds(year)
