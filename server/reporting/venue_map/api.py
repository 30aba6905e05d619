"""`/map`: points, shapes and tiles of the map of venues."""

from collections.abc import Mapping
from typing import Any, Final

from apiflask import APIBlueprint

from server.accounts.guards import actor, needs
from server.foundation.i18n import per_cent
from server.foundation.public_ids import public
from server.foundation.rest.documents import document
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.responses import answers
from server.foundation.runtime.blocking import run_blocking
from server.gateway.connection.state import live
from server.gateway.status.venue import VENUE_STATES, VenueState
from server.inventory.venues.kinds import KINDS
from server.inventory.venues.request_schemas import VenueFilter
from server.inventory.venues.search.filters import conditions
from server.playlog.ingest.flask_extension import playback
from server.reporting.delivery.figures import Figures
from server.reporting.venue_map import geojson, schemas, tiles
from server.reporting.venue_map.rates import NOTHING, Days, by_venue
from server.reporting.venue_map.service import Points, points

bp = APIBlueprint("map", __name__, url_prefix="/api/v1", tag="Venues 点位")

FOLDER: Final = "map"
DECIMALS: Final = 6


class PointFilter(VenueFilter):
    """The filters of venues; `state` is that of their screens.

    With `rate_days` plays are counted, of so many days up to today.
    """

    state: VenueState | None = None
    rate_days: Days | None = None


@bp.get("/map/points")
@needs("read")
@bp.input(PointFilter, location="query")
@answers(schemas.MapPoints)
def map_points(query_data: PointFilter) -> dict[str, Any]:
    """The venues of the person's scope that have coordinates, with the state of each."""
    found = points(core(), live(), actor(), conditions(query_data, actor()), query_data.state)
    days = query_data.rate_days
    figures = by_venue(core(), playback(), actor(), days) if days else None
    return points_document(found, figures)


@bp.get("/map/shapes")
@needs("read")
@answers(schemas.MapShapes)
def map_shapes() -> dict[str, Any]:
    """The office's own files in the data folder: outlines and streets, and the zooms with tiles."""
    folder = core().settings.data / FOLDER
    # A large file is read once, but that takes seconds in which others are to be served.
    found = run_blocking(lambda: geojson.read_shapes(folder))
    return {
        "shapes": [document(schemas.MapShape, one) for one in found.shapes],
        "problems": [one.in_language(language()) for one in found.problems],
        "tiles": tiles.zooms(folder / "tiles"),
    }


def points_document(found: Points, figures: Mapping[int, Figures] | None) -> dict[str, Any]:
    """One array per field; frequent values are stored once and referred to by index."""
    plays = [figures.get(one.id, NOTHING) for one in found.points] if figures is not None else []
    units = sorted({one.unit for one in found.points})
    places = {unit: place for place, unit in enumerate(units)}
    kinds = list(KINDS)
    return {
        "id": [public("venue", one.id) for one in found.points],
        "name": [f"{one.name} {one.vehicle}".strip() for one in found.points],
        "lat": [round(one.lat, DECIMALS) for one in found.points],
        "lon": [round(one.lon, DECIMALS) for one in found.points],
        "kind": [kinds.index(one.kind) for one in found.points],
        "unit": [places[one.unit] for one in found.points],
        "state": [VENUE_STATES.index(one.state) for one in found.points],
        "screens": [one.screens for one in found.points],
        "dark": [one.dark for one in found.points],
        "confirmed": [one.confirmed for one in plays],
        "due": [one.due for one in plays],
        "rate_pct": [
            None if one.delivery_rate is None else per_cent(one.delivery_rate) for one in plays
        ],
        "kinds": [KINDS[kind].name.in_language(language()) for kind in kinds],
        "units": units,
        "states": list(VENUE_STATES),
        "without": found.without,
    }
