"""`/incidents`: faults, who handles them, and repair orders."""

import time
from typing import Annotated, Any, Final, Literal

from apiflask import APIBlueprint
from flask import Response
from flask.typing import ResponseReturnValue
from pydantic import Field

from server.accounts.guards import actor, needs
from server.foundation.rest.downloads import XLSX, private_jpeg, sheet_file
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.resources import (
    Body,
    Paging,
    answered,
    check_unchanged,
    district_zone,
    page,
)
from server.foundation.rest.responses import Listed, answers, refuses
from server.foundation.spreadsheets.writer import Column, Table, as_xlsx
from server.monitoring.incidents import queries, schemas
from server.monitoring.incidents.affected_units import path_of
from server.monitoring.incidents.catalogue import Cause, Code
from server.monitoring.incidents.messages import Reader
from server.monitoring.incidents.models import Incident
from server.monitoring.incidents.queries import Wanted
from server.monitoring.incidents.repair_orders import SHEET, headings, order_rows
from server.monitoring.incidents.serializers import incident_documents, masked_order, without_age
from server.monitoring.incidents.with_names import named
from server.monitoring.response import fault_reports, workflow
from server.monitoring.response.workflow import Order

bp = APIBlueprint("incidents", __name__, url_prefix="/api/v1", tag="Incidents 故障")

Id = Annotated[str | None, Field(max_length=20)]
Text = Annotated[str, Field(max_length=2_000)]
MOST_ROWS: Final = 5_000


class IncidentQuery(Paging):
    """Filter of a list: `state` is `open` (also acknowledged) or `past`."""

    state: Literal["open", "past"] | None = None
    code: Code | None = None
    unit_id: Id = None
    screen_id: Id = None
    line_id: Id = None
    territory_id: Id = None

    def wanted(self) -> Wanted:
        """The filter as the queries take it."""
        return Wanted(
            *(self.state, self.code, self.unit_id, self.screen_id, self.line_id, self.territory_id)
        )


class IncidentChanges(Body):
    """Changes of an incident; an assignee of null unassigns it."""

    cause: Cause | None = None
    note: Text = ""
    assignee_id: Id = None


class OrderBody(Body):
    """The firm in charge of the repair."""

    firm: str = Field(min_length=1, max_length=120)
    phone: str = Field("", max_length=30)
    note: Text = ""


@bp.get("/incidents")
@needs("read")
@bp.input(IncidentQuery, location="query")
@answers(Listed[schemas.Incident])
def list_incidents(query_data: IncidentQuery) -> dict[str, Any]:
    """Incidents in the person's scope, newest first."""
    with core().config.read() as session:
        query = queries.in_scope(session, actor(), query_data.wanted())
        found = page(session, query, Incident.id, query_data, lambda row: row)
        rows, now_ms = found["items"], core().clock.now_ms()
        documents = incident_documents(session, rows, language(), district_zone(), now_ms)
    return {**found, "items": [masked_order(documents[row.id]) for row in rows]}


@bp.get("/incidents.xlsx")
@needs("read")
@bp.input(IncidentQuery, location="query")
@answers(None, 200, "An Excel workbook", media_type=XLSX)
def incidents_xlsx(query_data: IncidentQuery) -> Response:
    """报修单: the list as a sheet for the repair firm, with room for signatures."""
    began = time.perf_counter()
    with core().config.read() as session:
        query = queries.in_scope(session, actor(), query_data.wanted())
        query = query.order_by(Incident.id.desc()).limit(MOST_ROWS)
        rows = named(session, [row.id for row in session.scalars(query)])
    reader = Reader(language(), district_zone(), None)
    columns = [Column(name) for name in headings(reader)]
    table = Table(reader.translate(SHEET), columns, order_rows(reader, rows))
    return sheet_file(as_xlsx(table), XLSX, "repair-orders.xlsx", began)


@bp.get("/incidents/<incident_id>")
@needs("read")
@answers(schemas.Incident)
def get_incident(incident_id: str) -> ResponseReturnValue:
    """One incident."""
    with core().config.read() as session:
        row = queries.find(session, actor(), "read", incident_id)
        acts = actor().may("incidents.acknowledge", path_of(session, row))
    document = _document(row)
    shown = document if acts else masked_order(document)
    return answered(shown, tag_of=without_age(document))


@bp.get("/incidents/<incident_id>/reports/<report_id>/photo")
@needs("read")
@answers(None, 200, "The photo", media_type="image/*", headers=("Cache-Control",))
def get_report_photo(incident_id: str, report_id: str) -> Response:
    """The photo of a report from the venue (JPEG)."""
    with core().config.read() as session:
        row = queries.find(session, actor(), "read", incident_id)
        content = fault_reports.photo(session, row.id, report_id)
    return private_jpeg(content, 3600)


@bp.patch("/incidents/<incident_id>")
@needs("incidents.acknowledge")
@bp.input(IncidentChanges)
@answers(schemas.Incident)
def change_incident(incident_id: str, json_data: IncidentChanges) -> ResponseReturnValue:
    """Set the cause, the assignee and a note."""
    changes = {name: getattr(json_data, name) for name in json_data.model_fields_set}
    return _answer(workflow.change(core(), actor(), incident_id, changes, _unchanged))


@bp.post("/incidents/<incident_id>/acknowledge")
@needs("incidents.acknowledge")
@answers(schemas.Incident)
@refuses(409)
def acknowledge_incident(incident_id: str) -> ResponseReturnValue:
    """Acknowledge an incident: it is no longer escalated to the venue's contact."""
    return _answer(workflow.acknowledge(core(), actor(), incident_id, _unchanged))


@bp.post("/incidents/<incident_id>/dispatch")
@needs("incidents.acknowledge")
@bp.input(OrderBody)
@answers(schemas.Incident)
@refuses(409)
def dispatch_incident(incident_id: str, json_data: OrderBody) -> ResponseReturnValue:
    """派单: order its repair from a firm; acknowledges it too."""
    order = Order(json_data.firm, json_data.phone, json_data.note)
    return _answer(workflow.dispatch(core(), actor(), incident_id, order, _unchanged))


@bp.post("/incidents/<incident_id>/close")
@needs("incidents.acknowledge")
@answers(schemas.Incident)
@refuses(409)
def close_incident(incident_id: str) -> ResponseReturnValue:
    """Close an incident by event (a copy, lost plays); others end by themselves."""
    return _answer(workflow.end(core(), actor(), incident_id, _unchanged))


def _document(row: Incident) -> dict[str, Any]:
    now_ms = core().clock.now_ms()
    with core().config.read() as session:
        return incident_documents(session, [row], language(), district_zone(), now_ms)[row.id]


def _answer(row: Incident) -> Response:
    document = _document(row)
    return answered(document, tag_of=without_age(document))


def _unchanged(row: Incident) -> None:
    check_unchanged(without_age(_document(row)))
