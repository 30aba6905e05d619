"""宣传任务 → 日历: months with the campaigns as bars by day, for one's units and states."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from playlists.windows import DAY_MINUTES
from server.accounts.guards import actor, needs
from server.campaigns import labels as wording
from server.campaigns import queries
from server.campaigns.holidays import days as calendar_days
from server.campaigns.models import Campaign, CampaignVersion
from server.campaigns.workflow import serializers as documents
from server.foundation.i18n import Sentence
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import state_words, translate, weekdays
from server.web.console.campaigns.run_calendar_rows import MOST_ROWS, Bar, bars
from server.web.console.campaigns.run_months import special_of
from server.web.helpers import now, query_args, today, unit_choices

pages = Blueprint("run_calendar_pages", __name__)

FIRST, LAST = date(2000, 1, 1), date(2099, 12, 1)
MONTHS: Final = 2
"""The number of months shown below each other."""
TITLE: Final = Sentence("{y} 年 {m} 月", "{y}-{m:02d}")
Month = dict[str, Any]


@pages.get("/campaigns/calendar")
@needs("read")
def run_calendar_page() -> str:
    """The campaigns by day, from one month on."""
    filters = query_args("state", "unit_id")
    first = _month(request.args.get("month"))
    with core().config.read() as session:
        months = [_drawn(session, _later(first, number), filters) for number in range(MONTHS)]
        units = unit_choices(session, actor())
        any_at_all = session.scalar(queries.in_scope(Campaign, actor()).limit(1)) is not None
    return render_template(
        "campaigns/calendar.html",
        months=months,
        hour=_part_of_day(),
        first=first.strftime("%Y-%m"),
        earlier=_later(first, -1).strftime("%Y-%m"),
        later=_later(first, 1).strftime("%Y-%m"),
        this_month=today().strftime("%Y-%m"),
        filters=filters,
        state_choices=wording.campaign_states(),
        units=units,
        any_at_all=any_at_all,
        most=MOST_ROWS,
        may_write=bool(actor().roots("campaigns.write")),
        **state_words(wording.STATES),
    )


def _drawn(session: Session, first: date, filters: Mapping[str, str]) -> Month:
    last = first.replace(day=monthrange(first.year, first.month)[1])
    calendar = calendar_days.load(session)
    found = bars(session, actor(), queries.CampaignFilter(**filters), (first, last), calendar)
    return {
        "title": translate(TITLE).format(y=first.year, m=first.month),
        "key": first.strftime("%Y-%m"),
        "days": _days(session, first, last),
        "bars": [_bar(bar) for bar in found],
    }


def _bar(bar: Bar) -> dict[str, Any]:
    version = bar.version
    return {
        "id": bar.id,
        "name": version.name,
        "state": bar.campaign.state,
        "revised": bar.revised,
        "pieces": bar.pieces,
        "days": len(bar.days),
        "dates": f"{version.starts_on} – {version.ends_on}",
        "when": wording.when_text(version.dayparts),
        "target": _target(version),
    }


def _target(version: CampaignVersion) -> str:
    value = documents.plain(version.target_value)
    return wording.target_text({"kind": version.target_kind, "value": value})


def _days(session: Session, first: date, last: date) -> list[dict[str, Any]]:
    special = {row["date"]: row for row in calendar_days.listed(session)}
    names = dict(weekdays())
    found = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        kind, mark, name = special_of(special.get(day.isoformat()))
        free = kind == "holiday" or (day.isoweekday() > 5 and kind != "workday")
        found.append(
            {
                "number": day.day,
                "weekday": names[day.isoweekday()],
                "free": free,
                "mark": mark,
                "name": name,
                "today": day == today(),
            }
        )
    return found


def _month(text: str | None) -> date:
    """The month in the address (YYYY-MM), this one where that is none."""
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        found = today().replace(day=1)
    return min(max(found, FIRST), _later(LAST, 1 - MONTHS))


def _part_of_day() -> float:
    """The elapsed share of today in percent, for the line at the present time."""
    clock = now()
    return round((clock.hour * 60 + clock.minute) / DAY_MINUTES, 2)


def _later(first: date, months: int) -> date:
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
