"""The months in which a campaign runs, as pages draw them, with holidays and workdays."""

from calendar import Calendar
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from server.campaigns.changes import days as changed_days
from server.campaigns.changes.days import DayChange, Ranges, hours_text
from server.campaigns.content import Content
from server.campaigns.holidays import days as calendar_days
from server.campaigns.holidays.national import name_of
from server.foundation.i18n import Sentence
from server.foundation.rest.request_language import translate

MOST_MONTHS: Final = 13
NAMES: Final = {
    "added": Sentence("新增", "added"),
    "removed": Sentence("不再播放", "no longer on"),
    "changed": Sentence("改时段", "other hours"),
    "kept": Sentence("播放", "on"),
}
ALL_HOURS: Final = Sentence("全部营业时段", "all opening hours")
MARKS: Final = {"holiday": Sentence("休", "off"), "workday": Sentence("班", "work")}
Cell = dict[str, Any]


def months_of(session: Session, content: Content, today: date) -> dict[str, Any]:
    """The months on which a content runs, from this month (or its first) on; past days too."""
    calendar = calendar_days.load(session)
    first = min(max(content.starts_on, today.replace(day=1)), content.ends_on)
    last = min(content.ends_on, first + timedelta(days=31 * MOST_MONTHS))
    ran = changed_days.runs(content, calendar, first, last)
    days = [DayChange(day, ranges, ranges) for day, ranges in ran.items()]
    return {"months": drawn(session, days, today), "days": len(days)}


def drawn(session: Session, days: Iterable[DayChange], today: date) -> list[dict[str, Any]]:
    """Whole months as weeks from Monday; at most so many, beginning with the first day's."""
    by_day = {one.day: one for one in days}
    if not by_day:
        return []
    special = {row["date"]: row for row in calendar_days.listed(session)}
    firsts = sorted({day.replace(day=1) for day in by_day})[:MOST_MONTHS]
    return [
        {"name": first.strftime("%Y-%m"), "weeks": _weeks(first, by_day, special, today)}
        for first in firsts
    ]


def special_of(row: Mapping[str, Any] | None) -> tuple[str, str, str]:
    """A day's kind (holiday, workday or neither), its mark and name in the reader's language."""
    if row is None or row["kind"] not in MARKS:
        return "", "", ""
    name = translate(name_of(row["name"])) if row["source"] == "national" else row["name"]
    return row["kind"], translate(MARKS[row["kind"]]), name


def _weeks(
    first: date,
    by_day: Mapping[date, DayChange],
    special: Mapping[str, Mapping[str, Any]],
    today: date,
) -> list[list[Cell | None]]:
    def cell(day: date) -> Cell | None:
        if day.month != first.month:
            return None
        return _cell(day, by_day.get(day), special.get(day.isoformat()), today)

    weeks = Calendar().monthdatescalendar(first.year, first.month)
    return [[cell(day) for day in week] for week in weeks]


def _cell(
    day: date, change: DayChange | None, special: Mapping[str, Any] | None, today: date
) -> Cell:
    kind, mark, name = special_of(special)
    words = [day.isoformat(), name]
    if change is not None:
        words += [translate(NAMES[change.kind]), _hours(change)]
    return {
        "number": day.day,
        "run": None if change is None else change.kind,
        "special": kind,
        "mark": mark,
        "today": day == today,
        "title": " ".join(word for word in words if word),
    }


def _hours(change: DayChange) -> str:
    """The day's hours; where they change, both."""
    if change.kind == "changed":
        return f"{_text(change.before)} → {_text(change.after)}"
    return _text(change.before if change.after is None else change.after)


def _text(ranges: Ranges | None) -> str:
    return hours_text(ranges or ()) or translate(ALL_HOURS)
