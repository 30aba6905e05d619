"""地图: the venues' places and states; tiles from the data folder."""

from typing import Any, Final
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from server.accounts.guards import actor, needs
from server.foundation.durations import DAY_S
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import say
from server.foundation.runtime.blocking import run_blocking
from server.gateway.status.venue import VENUE_STATES, VenueState
from server.inventory.venues.kinds import KINDS
from server.inventory.venues.search.filter_options import line_choices, territory_choices
from server.reporting.venue_map.api import FOLDER, PointFilter
from server.reporting.venue_map.service import has_points
from server.reporting.venue_map.tiles import tile
from server.web.console.venues.venues import STATES, TONES
from server.web.helpers import query_of, unit_choices, wished

pages = Blueprint("map_pages", __name__)

WISHES: Final = ("kind", "unit_id", "territory_unit_id", "line_id", "state", "q")
SELDOM: Final = ("territory_unit_id", "line_id")


@pages.get("/map")
@needs("read")
def map_page() -> str:
    """The map, its filters and the list beside it."""
    wish = wished(*WISHES)
    query_of(PointFilter, wish)
    with core().config.read() as session:
        return render_template(
            "map/map.html",
            wish=wish,
            filtered=bool(wish),
            has_points=bool(wish) or has_points(session, actor()),
            is_special=any(name in wish for name in SELDOM),
            kinds=[(code, say(kind.name)) for code, kind in KINDS.items()],
            units=unit_choices(session, actor()),
            territories=territory_choices(session, actor()),
            lines=line_choices(session, actor()),
            states=[(state, say(STATES[state])) for state in VENUE_STATES],
            words={state: _word(state) for state in VENUE_STATES},
            points_href=_href("/api/v1/map/points", wish),
            without_href=_href("/venues", {**_without_state(wish), "located": "false"}),
            may_write=bool(actor().roots("venues.write")),
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


def _word(state: VenueState) -> dict[str, str]:
    return {"name": say(STATES[state]), "tone": TONES.get(state, "")}


def _without_state(wish: dict[str, Any]) -> dict[str, Any]:
    return {name: text for name, text in wish.items() if name != "state"}


def _href(path: str, wish: dict[str, Any]) -> str:
    return f"{path}?{urlencode(wish)}" if wish else path
