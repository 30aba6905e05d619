"""报表 → 定时报表: schedule reports, and download their files."""

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from server.accounts.guards import actor, needs
from server.campaigns.queries import campaign_names
from server.foundation.pinyin import by_name
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.request_language import translate
from server.inventory.venues import kinds as venue_kinds
from server.reporting.delivery.headings import GROUP_HEADINGS
from server.reporting.subscriptions import queries
from server.reporting.subscriptions.filter_names import filters_in_words
from server.reporting.subscriptions.labels import KINDS, STATES
from server.reporting.subscriptions.models import ReportFile, ReportSchedule
from server.reporting.subscriptions.serializers import file_document, schedule_document
from server.reporting.subscriptions.service import MOST
from server.web.helpers import listed, query_args, shown_state, unit_choices

pages = Blueprint("schedules_pages", __name__)

HOURS: Final = tuple((hour, f"{hour:02}:00") for hour in range(24))
USUAL_HOUR: Final = 8
# Filters that the form has no field for, but a report may be narrowed by.
HIDDEN: Final = ("territory_id", "venue_id", "screen_id", "line_id")


@pages.get("/reports/schedules")
@needs("reports.read")
def schedules_page() -> str:
    """One's own schedules and their files; a form for a new one, as the address narrows it."""
    given = query_args("kind", "group_by", "unit_id", "campaign_id", "venue_kind", *HIDDEN)
    with core().config.read() as session:
        rows = session.scalars(queries.mine(actor()).order_by(ReportSchedule.id.desc())).all()
        files = listed(
            session,
            queries.my_files(actor()),
            ReportFile.id,
            lambda row: _file(session, row),
        )
        return render_template(
            "reports/schedules.html",
            schedules=[_schedule(session, row) for row in rows],
            files=files,
            may_add=len(rows) < MOST,
            given=given,
            hidden={name: given[name] for name in HIDDEN if name in given},
            about=_about(session, {name: given[name] for name in HIDDEN if name in given}),
            kinds=[(kind, translate(name)) for kind, name in KINDS.items()],
            hours=HOURS,
            usual_hour=USUAL_HOUR,
            groups=[(key, translate(name)) for key, name in GROUP_HEADINGS.items()],
            units=unit_choices(session, actor(), "reports.read"),
            campaigns=sorted(
                campaign_names(session, actor()).items(), key=lambda one: by_name(one[1])
            ),
            venue_kinds=[(code, translate(kind.name)) for code, kind in venue_kinds.KINDS.items()],
        )


def _schedule(session: Session, row: ReportSchedule) -> dict[str, Any]:
    return {
        **schedule_document(row, core().settings.zone),
        "kind_text": translate(KINDS[row.kind]),
        "group": _group(row.group_by),
        "about": _about(session, row.filters),
        "has_files": queries.count(session, queries.files_of(row)) > 0,
    }


def _file(session: Session, row: ReportFile) -> dict[str, Any]:
    return {
        **file_document(session, actor(), row, language(), core().settings.zone),
        "kind_text": translate(KINDS[row.kind]),
        "group": _group(row.group_by),
        "about": _about(session, row.filters),
        **shown_state(STATES[row.state]),
    }


def _group(key: str) -> str:
    return next(translate(name) for group, name in GROUP_HEADINGS.items() if group == key)


def _about(session: Session, filters: Mapping[str, str]) -> str:
    return filters_in_words(session, actor(), filters, language())
