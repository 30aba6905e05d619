"""`/venues` and `/lines`."""

from typing import Any

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue

from server.accounts.guards import actor, needs
from server.accounts.recycle_bin.service import BIN
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.resources import (
    Paging,
    check_unchanged_by,
    in_district_time,
    listed,
    long_body,
    tagged,
)
from server.foundation.rest.responses import Listed, answers
from server.inventory.venues import access, lines, queries, schemas, service
from server.inventory.venues.fields.validation import VenueDraft
from server.inventory.venues.models import Line, Venue
from server.inventory.venues.request_schemas import (
    LineBody,
    LineChanges,
    VenueBody,
    VenueChanges,
    VenueFilter,
)
from server.inventory.venues.search.filters import conditions
from server.inventory.venues.serializers import line_document, masked_venue, venue_document

bp = APIBlueprint("venues", __name__, url_prefix="/api/v1", tag="Venues 点位")

LISTS = ("closed_dates", "contact_user_ids", "tags")
_document = in_district_time(venue_document)
_line_document = in_district_time(line_document)
_check_venue = check_unchanged_by(_document)
_check_line = check_unchanged_by(_line_document)


@bp.get("/venues")
@needs("read")
@bp.input(VenueFilter, location="query")
@answers(Listed[schemas.Venue])
def list_venues(query_data: VenueFilter) -> dict[str, Any]:
    """Venues in the person's scope, newest first."""
    query = queries.in_scope(actor()).where(*conditions(query_data, actor()))
    return listed(query, Venue.id, query_data, _masked)


@bp.post("/venues")
@needs("venues.write")
@long_body
@bp.input(VenueBody)
@answers(schemas.Venue, 201)
def create_venue(json_data: VenueBody) -> ResponseReturnValue:
    """Create a venue."""
    values = json_data.sent()
    tuples = {name: tuple(values[name]) for name in LISTS if name in values}
    venue = service.create_venue(core(), actor(), VenueDraft(**values | tuples))
    return tagged(_document(venue), 201)


@bp.get("/venues/<venue_id>")
@needs("read")
@answers(schemas.Venue)
def get_venue(venue_id: str) -> ResponseReturnValue:
    """One venue; its contact's phone is only complete for people who may write it."""
    with core().config.read() as session:
        venue = queries.find(session, actor(), "read", venue_id)
        writes = access.may(actor(), "venues.write", access.place_of(venue))
    return tagged(_document(venue) if writes else _masked(venue), tag_of=_document(venue))


@bp.patch("/venues/<venue_id>")
@needs("venues.write")
@long_body
@bp.input(VenueChanges)
@answers(schemas.Venue)
def change_venue(venue_id: str, json_data: VenueChanges) -> ResponseReturnValue:
    """Change a venue; its screens follow at once."""
    venue = service.update_venue(core(), actor(), venue_id, json_data.sent(), _check_venue)
    return tagged(_document(venue))


@bp.delete("/venues/<venue_id>")
@needs("venues.write")
@answers(None, 204)
def delete_venue(venue_id: str) -> ResponseReturnValue:
    """Delete a venue without dependent objects."""
    service.delete_venue(core(), actor(), venue_id, _check_venue)
    return "", 204


@bp.get("/lines")
@needs("read")
@bp.input(Paging, location="query")
@answers(Listed[schemas.Line])
def list_lines(query_data: Paging) -> dict[str, Any]:
    """Bus lines in the person's scope, newest first."""
    return listed(queries.lines_in_scope(actor()), Line.id, query_data, _line_document)


@bp.post("/lines")
@needs("venues.write")
@long_body
@bp.input(LineBody)
@answers(schemas.Line, 201)
def create_line(json_data: LineBody) -> ResponseReturnValue:
    """Create a bus line."""
    values = json_data.model_dump() | {"vehicles": tuple(json_data.vehicles)}
    line = lines.create_line(core(), actor(), lines.LineDraft(**values))
    return tagged(_line_document(line), 201)


@bp.get("/lines/<line_id>")
@needs("read")
@answers(schemas.Line)
def get_line(line_id: str) -> ResponseReturnValue:
    """One bus line."""
    with core().config.read() as session:
        return tagged(_line_document(queries.find_line(session, actor(), "read", line_id)))


@bp.patch("/lines/<line_id>")
@needs("venues.write")
@long_body
@bp.input(LineChanges)
@answers(schemas.Line)
def change_line(line_id: str, json_data: LineChanges) -> ResponseReturnValue:
    """Change a bus line."""
    changes = json_data.model_dump(exclude_unset=True)
    return tagged(_line_document(lines.update_line(core(), actor(), line_id, changes, _check_line)))


@bp.delete("/lines/<line_id>")
@needs("venues.write")
@answers(None, 204, headers=(BIN,))
def delete_line(line_id: str) -> ResponseReturnValue:
    """Delete a line on which no vehicle runs."""
    kept = lines.delete_line(core(), actor(), line_id, _check_line)
    return "", 204, {BIN: kept}


def _masked(venue: Venue) -> dict[str, Any]:
    """With the phone masked."""
    return masked_venue(_document(venue))
