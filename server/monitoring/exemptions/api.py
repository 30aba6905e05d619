"""`/exemptions`: SLA exclusions, requested by one person and approved by another."""

from datetime import datetime
from typing import Annotated, Any, Literal

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue
from pydantic import Field

from server.accounts.guards import actor, needs
from server.campaigns.workflow.request_schemas import ApproveBody, RejectBody, SelectorBody
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.resources import (
    Body,
    Paging,
    check_unchanged,
    district_zone,
    instant_ms,
    listed_with_parts,
    long_body,
    require_read,
    tagged,
)
from server.foundation.rest.responses import Listed, answers
from server.monitoring.exemptions import queries, schemas, service
from server.monitoring.exemptions.labels import Code
from server.monitoring.exemptions.models import Exemption
from server.monitoring.exemptions.serializers import exemption, exemption_document
from server.monitoring.exemptions.service import ExemptionRequest

bp = APIBlueprint("exemptions", __name__, url_prefix="/api/v1", tag="Exemptions 免考核")


class ExemptionQuery(Paging):
    """Filter of the list."""

    state: Literal["submitted", "approved", "rejected", "withdrawn"] | None = None


class ExemptionBody(Body):
    """Screens, time and reason; `file` names the document that proves it."""

    selector: SelectorBody
    begins: datetime = Field(alias="from")
    ends: datetime = Field(alias="until")
    code: Code
    note: str = Field("", max_length=1_000)
    file: str = Field("", max_length=200)
    unit_id: Annotated[str, Field(max_length=64)] | None = None


class EndBody(Body):
    """The new end: before the planned one; now by default."""

    until: datetime | None = None


@bp.get("/exemptions")
@needs("reports.read")
@bp.input(ExemptionQuery, location="query")
@answers(Listed[schemas.ListedExemption])
def list_exemptions(query_data: ExemptionQuery) -> dict[str, Any]:
    """Exemptions in the person's scope, newest first."""
    query = queries.in_scope(actor(), query_data.state)
    return listed_with_parts(query, Exemption.id, query_data, exemption)


@bp.post("/exemptions")
@needs("exemptions.write")
@long_body
@bp.input(ExemptionBody)
@answers(schemas.Exemption, 201)
def ask_for_exemption(json_data: ExemptionBody) -> ResponseReturnValue:
    """Request an exemption; it counts once a second person has approved it."""
    requested = ExemptionRequest(
        selector=json_data.selector.stored(),
        from_ms=instant_ms(json_data.begins, "/from"),
        until_ms=instant_ms(json_data.ends, "/until"),
        code=json_data.code,
        note=json_data.note,
        file=json_data.file,
        unit_id=json_data.unit_id,
    )
    return _answer(service.ask(core(), actor(), requested), 201)


@bp.get("/exemptions/<exemption_id>")
@needs("reports.read")
@answers(schemas.Exemption)
def get_exemption(exemption_id: str) -> ResponseReturnValue:
    """One exemption, with its decision."""
    with core().config.read() as session:
        row = queries.find(session, actor(), exemption_id)
    return _answer(row)


@bp.post("/exemptions/<exemption_id>/approve")
@needs("exemptions.approve")
@bp.input(ApproveBody)
@answers(schemas.Exemption)
def approve_exemption(exemption_id: str, json_data: ApproveBody) -> ResponseReturnValue:
    """Approve as the second person: these plays leave the rate's denominator.

    Refused (412) if the selected screens have changed since it was read (If-Match).
    """
    opinion = json_data.opinion
    return _answer(service.approve(core(), actor(), exemption_id, opinion, require_read))


@bp.post("/exemptions/<exemption_id>/reject")
@needs("exemptions.approve")
@bp.input(RejectBody)
@answers(schemas.Exemption)
def reject_exemption(exemption_id: str, json_data: RejectBody) -> ResponseReturnValue:
    """Reject as the second person, even once its month is frozen."""
    reason = json_data.reason
    return _answer(service.reject(core(), actor(), exemption_id, reason, require_read))


@bp.post("/exemptions/<exemption_id>/end")
@needs("exemptions.write")
@bp.input(EndBody)
@answers(schemas.Exemption)
def end_exemption(exemption_id: str, json_data: EndBody) -> ResponseReturnValue:
    """Cut an approved exemption short; never in a frozen month."""
    until = json_data.until
    until_ms = None if until is None else instant_ms(until, "/until")
    return _answer(service.end(core(), actor(), exemption_id, until_ms, check_unchanged))


@bp.delete("/exemptions/<exemption_id>")
@needs("exemptions.write")
@answers(schemas.Exemption)
def withdraw_exemption(exemption_id: str) -> ResponseReturnValue:
    """Withdraw an exemption; it no longer excuses anything."""
    return _answer(service.withdraw(core(), actor(), exemption_id, check_unchanged))


def _answer(row: Exemption, status: int = 200) -> ResponseReturnValue:
    with core().config.read() as session:
        document = exemption_document(session, row, district_zone())
        return tagged(document, status, tag_of=service.read_tag(core(), session, row))
