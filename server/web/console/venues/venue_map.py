"""地图: the venues' places and states; tiles from the data folder."""

from typing import Any, Final

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from server.accounts.guards import actor, needs
from server.foundation.durations import DAY_S
from server.foundation.i18n import Sentence, share_text
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.request_language import translate
from server.foundation.runtime.blocking import run_blocking
from server.gateway.status.venue import VENUE_STATES, VenueState
from server.inventory.venues.kinds import KINDS
from server.inventory.venues.search.filter_options import line_choices, territory_choices
from server.playlog.ingest.flask_extension import playback
from server.reporting.venue_map.api import FOLDER, PointFilter
from server.reporting.venue_map.rates import Days, by_area, period, rows_by
from server.reporting.venue_map.service import has_points
from server.reporting.venue_map.tiles import tile
from server.web.addresses import href
from server.web.charts.heat import LIMITS, SHADES, shade
from server.web.console.venues.venues import STATES, TONES
from server.web.helpers import query_args, query_of, unit_choices

pages = Blueprint("map_pages", __name__)

FILTER_NAMES: Final = ("kind", "unit_id", "territory_unit_id", "line_id", "state", "q")
PERIODS: Final[dict[Days, Sentence]] = {
    "1": Sentence("今天", "Today"),
    "7": Sentence("7 天", "7 days"),
    "30": Sentence("30 天", "30 days"),
}
SELDOM: Final = ("territory_unit_id", "line_id")


@pages.get("/map")
@needs("read")
def map_page() -> str:
    """The map, its filters and the list beside it."""
    filters = query_args(*FILTER_NAMES)
    days = query_of(PointFilter, {**filters, **query_args("rate_days")}).rate_days
    with core().config.read() as session:
        return render_template(
            "map/map.html",
            filters=filters,
            filtered=bool(filters),
            has_points=bool(filters) or has_points(session, actor()),
            is_special=any(name in filters for name in SELDOM),
            kinds=[(code, translate(kind.name)) for code, kind in KINDS.items()],
            units=unit_choices(session, actor()),
            territories=territory_choices(session, actor()),
            lines=line_choices(session, actor()),
            states=[(state, translate(STATES[state])) for state in VENUE_STATES],
            words={state: _word(state) for state in VENUE_STATES},
            points_href=href("/api/v1/map/points", filters, {"rate_days": days}),
            by_state_href=href("/map", filters),
            by_rate=[
                (one, translate(name), href("/map", filters, {"rate_days": one}), one == days)
                for one, name in PERIODS.items()
            ],
            rates=_rates(session, days) if days else None,
            without_href=href("/venues", filters, {"state": "", "located": "false"}),
        )


@pages.get("/map/tiles/<int:z>/<int:x>/<int:y>.png")
@needs("read")
def map_tile(z: int, x: int, y: int) -> ResponseReturnValue:
    """A tile of the office's own; 404 where there is none."""
    folder = core().settings.data / FOLDER / "tiles"
    content = run_blocking(lambda: tile(folder, z, x, y))
    if content is None:
        raise NotFound
    response = Response(content, mimetype="image/png")
    response.headers["Cache-Control"] = f"private, max-age={DAY_S}"
    return response


def _rates(session: Session, days: Days) -> dict[str, Any]:
    """What the map shows by completion rate: its shades, areas, and a table by territory."""
    rows = rows_by(core(), playback(), actor(), "territory", days)
    named = [(row.label.name.in_language(language()), row.figures) for row in rows]
    first, last = period(core(), days)
    worst = sorted(named, key=lambda one: (one[1].delivery_rate is None, one[1].delivery_rate or 0))
    return {
        "days": days,
        "first": first.isoformat(),
        "last": last.isoformat(),
        "limits": LIMITS,
        "areas": {
            name: figures.delivery_rate
            for name, figures in by_area(session, actor(), rows).items()
            if figures.delivery_rate is not None
        },
        "rows": [
            {
                "name": name,
                "expected": figures.expected,
                "confirmed": figures.confirmed,
                "pre_empted": figures.pre_empted,
                "excused": figures.excused,
                "rate": share_text(figures.delivery_rate),
                "shade": shade(figures.delivery_rate),
            }
            for name, figures in worst
        ],
        "shades": SHADES,
    }


def _word(state: VenueState) -> dict[str, str]:
    return {"name": translate(STATES[state]), "tone": TONES.get(state, "")}
