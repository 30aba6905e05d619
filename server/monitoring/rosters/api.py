"""`/lines/{id}/rosters` and `/maintenance`."""

from datetime import date, datetime
from functools import partial
from typing import Annotated, Any, Literal

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, FailFast, Field, StringConstraints

from server.accounts.guards import actor, needs
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.resources import (
    Body,
    Paging,
    check_unchanged,
    complete,
    day_of_path,
    district_zone,
    instant_ms,
    long_body,
    page,
    tagged,
)
from server.foundation.rest.responses import Listed, answers
from server.inventory.screens import queries as screens
from server.inventory.venues import queries as venue_queries
from server.inventory.venues.request_schemas import Id, Ranges
from server.monitoring.duty import maintenance
from server.monitoring.duty.models import Maintenance
from server.monitoring.rosters import schemas
from server.monitoring.rosters import service as rosters

bp = APIBlueprint("uptime", __name__, url_prefix="/api/v1", tag="Uptime 运行监测")

Ids = Annotated[list[Id], Field(max_length=5_000), FailFast()]
FewIds = Annotated[list[Id], Field(max_length=200)]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=255)]


class RosterQuery(BaseModel):
    """Dates, both inclusive."""

    from_: date = Field(alias="from")
    to: date


class DutyBody(Body):
    """One vehicle: its number or its venue's id, and its service times."""

    vehicle: Annotated[str, StringConstraints(min_length=1, max_length=60)] | None = None
    venue_id: Id | None = None
    services: Ranges


class RosterBody(Body):
    """All vehicles that run on the line that day."""

    vehicles: Annotated[list[DutyBody], FailFast()] = Field(max_length=2_000)


class MaintenanceQuery(Paging):
    """Filter: by screen; `current` is planned or running, `over` all others."""

    screen_id: Id | None = None
    state: Literal["current", "over"] | None = None


class MaintenanceBody(Body):
    """Maintenance: screens, begin (default: now), end and reason.

    Venues include all their screens; lines and units all below them that one may plan for.
    """

    screen_ids: Ids = Field(default_factory=list)
    venue_ids: Ids = Field(default_factory=list)
    line_ids: FewIds = Field(default_factory=list)
    unit_ids: FewIds = Field(default_factory=list)
    begins: datetime | None = Field(None, alias="from")
    ends: datetime = Field(alias="until")
    reason: Reason


@bp.get("/lines/<line_id>/rosters")
@needs("read")
@bp.input(RosterQuery, location="query")
@answers(Listed[schemas.Roster])
def list_rosters(line_id: str, query_data: RosterQuery) -> dict[str, Any]:
    """The daily rosters of a line; days without one aren't listed."""
    with core().config.read() as session:
        found = rosters.rosters(session, actor(), line_id, query_data.from_, query_data.to)
    return complete(found)


@bp.get("/lines/<line_id>/rosters/<day>")
@needs("read")
@answers(schemas.Roster)
def get_roster(line_id: str, day: str) -> ResponseReturnValue:
    """The roster of one day; `vehicles` is null if the line's own hours apply."""
    return _roster(line_id, day_of_path(day))


@bp.put("/lines/<line_id>/rosters/<day>")
@needs("venues.write")
@long_body
@bp.input(RosterBody)
@answers(schemas.Roster)
def set_roster(line_id: str, day: str, json_data: RosterBody) -> ResponseReturnValue:
    """Set the vehicles of a day and their services; vehicles of the line left out don't run."""
    duties = [
        rosters.Duty(one.vehicle, one.venue_id, [list(pair) for pair in one.services])
        for one in json_data.vehicles
    ]
    rosters.put_roster(core(), actor(), line_id, day_of_path(day), duties, check_unchanged)
    return _roster(line_id, day_of_path(day))


@bp.delete("/lines/<line_id>/rosters/<day>")
@needs("venues.write")
@answers(None, 204)
def drop_roster(line_id: str, day: str) -> ResponseReturnValue:
    """Delete a day's roster, so that the line's first and last service apply."""
    rosters.drop_roster(core(), actor(), line_id, day_of_path(day), check_unchanged)
    return "", 204


@bp.get("/maintenance")
@needs("reports.read")
@bp.input(MaintenanceQuery, location="query")
@answers(Listed[schemas.Maintenance])
def list_maintenance(query_data: MaintenanceQuery) -> dict[str, Any]:
    """Planned maintenance in the person's scope, newest first."""
    now_ms = core().clock.now_ms()
    with core().config.read() as session:
        query = maintenance.in_scope(actor())
        if query_data.state is not None:
            query = query.where(maintenance.in_state(query_data.state, now_ms))
        if query_data.screen_id is not None:
            screen = screens.find(session, actor(), "reports.read", query_data.screen_id)
            query = query.where(maintenance.of_screen(screen.id))
        document = partial(maintenance.document, session, zone=district_zone())
        return page(session, query, Maintenance.id, query_data, document)


@bp.post("/maintenance")
@needs("maintenance.write")
@long_body
@bp.input(MaintenanceBody)
@answers(schemas.Maintenance, 201)
def plan_maintenance(json_data: MaintenanceBody) -> ResponseReturnValue:
    """Plan maintenance ahead, an SLA exclusion for these screens."""
    begins = json_data.begins
    plan = maintenance.Plan(
        from_ms=core().clock.now_ms() if begins is None else instant_ms(begins, "/from"),
        until_ms=instant_ms(json_data.ends, "/until"),
        reason=json_data.reason,
        screen_ids=json_data.screen_ids,
        venue_ids=json_data.venue_ids,
        line_ids=json_data.line_ids,
        unit_ids=json_data.unit_ids,
    )
    return _maintenance(maintenance.plan_maintenance(core(), actor(), plan), 201)


@bp.get("/maintenance/<maintenance_id>")
@needs("reports.read")
@answers(schemas.Maintenance)
def get_maintenance(maintenance_id: str) -> ResponseReturnValue:
    """One maintenance."""
    with core().config.read() as session:
        row = maintenance.find(session, actor(), "reports.read", maintenance_id)
    return _maintenance(row)


@bp.delete("/maintenance/<maintenance_id>")
@needs("maintenance.write")
@answers(schemas.Maintenance)
def end_maintenance(maintenance_id: str) -> ResponseReturnValue:
    """Cancel it, or end it now if it has begun."""
    return _maintenance(
        maintenance.end_maintenance(core(), actor(), maintenance_id, check_unchanged)
    )


def _roster(line_id: str, day: date) -> ResponseReturnValue:
    with core().config.read() as session:
        line = venue_queries.find_line(session, actor(), "read", line_id)
        return tagged(rosters.roster_document(session, line.id, day))


def _maintenance(row: Maintenance, status: int = 200) -> ResponseReturnValue:
    with core().config.read() as session:
        return tagged(maintenance.document(session, row, district_zone()), status)
