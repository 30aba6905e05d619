"""导出播放记录: order a file, see how far it is, download it."""

from datetime import timedelta
from typing import Any, Final

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from server.accounts.guards import actor, needs
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.request_language import translate
from server.foundation.rest.resources import district_zone
from server.playlog.rawlog.access_scope import sight_of
from server.reporting.delivery.queries import names
from server.reporting.raw_log import service
from server.reporting.raw_log.labels import FORMS, STATES
from server.reporting.raw_log.models import EXPORTS, PlayExport
from server.reporting.raw_log.serializers import export_document
from server.web.helpers import chosen_screen, query_args, shown_state, today

pages = Blueprint("exports_pages", __name__)

SHOWN: Final = 50
WEEK: Final = timedelta(days=6)
UNITS: Final = ("B", "KB", "MB", "GB")


@pages.get("/plays/exports")
@needs("reports.read")
def exports_page() -> str:
    """A form for a new export, and one's own of the last days."""
    given = query_args("screen_id", "day")
    last = given.get("day") or today().isoformat()
    with core().config.read() as session:
        query = EXPORTS.mine(actor().user_id).order_by(PlayExport.id.desc()).limit(SHOWN)
        rows = list(session.scalars(query))
        return render_template(
            "plays/exports.html",
            screen=chosen_screen(session, actor(), given.get("screen_id")),
            forms=[(form, translate(name)) for form, name in FORMS.items()],
            first=given.get("day") or (today() - WEEK).isoformat(),
            last=last,
            exports=_shown(session, rows),
        )


def size(count: int | None) -> str:
    """A number of bytes as text."""
    value, unit = float(count or 0), 0
    while value >= 1024 and unit < len(UNITS) - 1:
        value, unit = value / 1024, unit + 1
    return f"{value:.0f} {UNITS[unit]}" if unit < 2 else f"{value:.1f} {UNITS[unit]}"


def _shown(session: Session, rows: list[PlayExport]) -> list[dict[str, Any]]:
    progress, sight = EXPORTS.how_far(session, rows), sight_of(core(), actor())
    screens = names(session, "screen", {row.screen_id for row in rows if row.screen_id})
    found = []
    for row in rows:
        document = export_document(row, progress[row.id], language(), district_zone())
        at_hand = row.state == "ready" and service.may_fetch(sight, row)
        found.append(
            {
                **document,
                "screen": screens.get(row.screen_id or 0, document["screen_id"]),
                **shown_state(STATES[row.state]),
                "size": size(row.bytes),
                "at_hand": at_hand,
            }
        )
    return found
