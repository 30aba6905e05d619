"""报表 → 暂停记录: who paused which screen, when and why."""

from typing import Final

from flask import Blueprint, render_template

from server.accounts.guards import actor, needs
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.resources import district_zone
from server.inventory.screens.models import ScreenPause
from server.web.addresses import href
from server.web.helpers import listed, query_args, query_of, today, unit_choices
from server.web.venue_page.api import PauseQuery
from server.web.venue_page.pause_list import documents, in_scope

pages = Blueprint("pause_pages", __name__)

KEPT: Final = ("from", "to", "unit_id", "venue_id", "screen_id", "by")


@pages.get("/reports/pauses")
@needs("reports.read")
def pauses_page() -> str:
    """Declared pauses of screens in scope, by default those of the last seven days."""
    given = query_args(*KEPT)
    asked = query_of(PauseQuery, given)
    with core().config.read() as session:
        query = in_scope(session, actor(), asked.wanted())
        zone = district_zone()

        def row(pause: ScreenPause) -> dict[str, object]:
            return documents(session, [pause], zone, language())[0]

        found = listed(session, query, ScreenPause.id, row)
        units = unit_choices(session, actor(), "reports.read")
    last = asked.to or today()
    first = asked.from_ or last.fromordinal(last.toordinal() - 6)
    return render_template(
        "onsite/pauses.html",
        pauses=found["items"],
        **found,
        filters=given,
        first=first.isoformat(),
        last=last.isoformat(),
        units=units,
        file_href=href("/api/v1/reports/pauses.xlsx", given),
    )
