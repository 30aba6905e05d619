"""设置 → 节假日: a year at a glance, and one day of it to set."""

from calendar import Calendar
from datetime import date
from typing import Any, Final

from flask import Blueprint, render_template, request

from server.accounts.guards import actor, signed_in
from server.campaigns.holidays import days as calendar_days
from server.campaigns.holidays.known_until import entered_years
from server.campaigns.holidays.national import name_of
from server.foundation.i18n import Sentence
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import translate, weekdays
from server.web.console.campaigns.run_months import MARKS
from server.web.helpers import today

pages = Blueprint("calendar_pages", __name__)

FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2099
KINDS: Final = {
    "holiday": Sentence("放假", "Day off"),
    "workday": Sentence("调休上班", "Worked instead"),
    "ordinary": Sentence("按星期", "As its weekday"),
}
SOURCES: Final = {
    "national": Sentence("国家安排", "National"),
    "district": Sentence("本区设置", "Set here"),
    "weekday": Sentence("按星期", "As its weekday"),
}
Day = dict[str, Any]


@pages.get("/settings/calendar")
@signed_in
def calendar_page() -> str:
    """Everyone reads it; administrators choose a day and set it."""
    chosen = _day(request.args.get("day"))
    year = chosen.year if chosen else _year(request.args.get("year"))
    with core().config.read() as session:
        listed = {day["date"]: _in_words(day) for day in calendar_days.listed(session)}
        about = _in_words(calendar_days.document(session, chosen)) if chosen else None
        recorded = entered_years(session)
    special = [day for day in listed.values() if day["date"].startswith(f"{year}-")]
    return render_template(
        "settings/calendar.html",
        year=year,
        years=(max(year - 1, FIRST_YEAR), min(year + 1, LAST_YEAR)),
        is_recorded=year in recorded,
        recorded_until=max(recorded),
        months=[_month(year, month, listed) for month in range(1, 13)],
        special=special,
        chosen=about,
        may_manage=bool(actor().roots("settings.manage")),
        day_names=dict(weekdays()),
        weekday_of=lambda text: date.fromisoformat(text).isoweekday(),
        kinds={kind: translate(name) for kind, name in KINDS.items()},
        sources={source: translate(name) for source, name in SOURCES.items()},
        marks={kind: translate(mark) for kind, mark in MARKS.items()},
    )


def _in_words(day: Day) -> Day:
    """The day with a name in this request's language; a name by the district stays."""
    national = day["source"] == "national"
    return {**day, "shown": translate(name_of(day["name"])) if national else day["name"]}


def _month(year: int, month: int, listed: dict[str, Day]) -> list[list[Day | None]]:
    """A month as weeks from Monday; None for days outside it."""
    weeks = Calendar().monthdatescalendar(year, month)
    return [[_cell(day, listed) if day.month == month else None for day in week] for week in weeks]


def _cell(day: date, listed: dict[str, Day]) -> Day:
    plain = {"date": day.isoformat(), "kind": "ordinary", "shown": "", "source": "weekday"}
    return {**listed.get(day.isoformat(), plain), "number": day.day, "today": day == today()}


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def _year(text: str | None) -> int:
    """The year that is asked for, this one if that is none."""
    if text and text.isascii() and text.isdigit() and FIRST_YEAR <= int(text[:5]) <= LAST_YEAR:
        return int(text)
    return today().year
