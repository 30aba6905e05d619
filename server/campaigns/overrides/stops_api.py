"""`/stop`: everything selected to the safe picture or to black, at once."""

from typing import Any

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue

from server.accounts.guards import actor, needs
from server.campaigns import queries
from server.campaigns.models import Stop
from server.campaigns.overrides import stops
from server.campaigns.workflow import schemas
from server.campaigns.workflow import serializers as documents
from server.campaigns.workflow.request_schemas import StopBody
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.resources import (
    Paging,
    check_unchanged,
    district_zone,
    in_district_time,
    listed,
    long_body,
    tagged,
)
from server.foundation.rest.responses import Listed, answers
from server.foundation.rest.urgent_requests import goes_on_without_room

bp = APIBlueprint("stops", __name__, url_prefix="/api/v1", tag="Stop 一键停播")


@bp.get("/stop")
@needs("read")
@bp.input(Paging, location="query")
@answers(Listed[schemas.ListedStop])
def list_stops(query_data: Paging) -> dict[str, Any]:
    """Stops in the person's scope, newest first, lifted ones too."""
    query = queries.in_scope(Stop, actor())
    return listed(query, Stop.id, query_data, in_district_time(documents.stop))


@bp.post("/stop")
@goes_on_without_room
@needs("stop")
@long_body
@bp.input(StopBody)
@answers(schemas.Stop, 201)
def stop(json_data: StopBody) -> ResponseReturnValue:
    """In force at once, by one person."""
    selector = json_data.selector.stored()
    return _answer(stops.stop(core(), actor(), selector, json_data.mode), 201)


@bp.get("/stop/<stop_id>")
@needs("read")
@answers(schemas.Stop)
def get_stop(stop_id: str) -> ResponseReturnValue:
    """One stop, with who has not acknowledged it."""
    with core().config.read() as session:
        found = queries.find(session, actor(), "read", Stop, stop_id)
    return _answer(found)


@bp.delete("/stop/<stop_id>")
@goes_on_without_room
@needs("sign_off")
@answers(schemas.Stop)
def lift_stop(stop_id: str) -> ResponseReturnValue:
    """Lift it: a reviewer other than who stopped."""
    return _answer(stops.lift(core(), actor(), stop_id, check_unchanged))


def _answer(found: Stop, status: int = 200) -> ResponseReturnValue:
    with core().config.read() as session:
        return tagged(documents.stop_document(session, found, district_zone()), status)
