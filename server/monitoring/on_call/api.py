"""`/duty-shifts`: the on-call roster, and the current approvers."""

from typing import Annotated, Any

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue
from pydantic import Field

from server.accounts.guards import actor, needs
from server.accounts.queries import find_unit
from server.foundation.public_ids import public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.resources import (
    Body,
    Day,
    Paging,
    check_unchanged_by,
    complete,
    in_district_time,
    listed,
    tagged,
)
from server.foundation.rest.responses import Listed, answers
from server.monitoring.on_call import queries, schemas, service
from server.monitoring.on_call.models import DutyShift
from server.monitoring.on_call.serializers import asked_document, shift_document
from server.monitoring.on_call.service import Draft

bp = APIBlueprint("duty", __name__, url_prefix="/api/v1", tag="On duty 值班表")

Begin = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
End = Annotated[str, Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")]
Weekday = Annotated[int, Field(ge=1, le=7)]
Id = Annotated[str, Field(max_length=20)]
NAMES = {"on_date": "day", "begins": "begins", "ends": "ends", "days": "days"}
_document = in_district_time(shift_document)
_check = check_unchanged_by(_document)


class DutyShiftChanges(Body):
    """Changes of a shift: weekdays (ISO, 1 is Monday) or one date, and wall-clock times."""

    unit_id: Id = ""
    user_id: Id = ""
    days: list[Weekday] = Field(default_factory=list, max_length=7)
    on_date: Day | None = Field(None, alias="date")
    begins: Begin = Field("00:00", alias="from")
    ends: End = Field("24:00", alias="until")

    def given(self) -> dict[str, Any]:
        """The sent fields of a draft; `days` and `date` exclude each other."""
        sent = self.model_fields_set
        changes = {NAMES.get(name, name): getattr(self, name) for name in sent}
        if "days" in changes:
            changes["days"] = tuple(changes["days"])
        if self.days:
            changes.setdefault("day", None)
        if self.on_date is not None:
            changes.setdefault("days", ())
        return changes


class DutyShiftBody(DutyShiftChanges):
    """A new shift; its unit is one's own by default."""

    user_id: Id


class UnitQuery(Body):
    """The unit in question; one's own by default."""

    unit_id: Id | None = None


@bp.get("/duty-shifts")
@needs("incidents.acknowledge")
@bp.input(Paging, location="query")
@answers(Listed[schemas.DutyShift])
def list_shifts(query_data: Paging) -> dict[str, Any]:
    """Shifts in the person's scope, newest first."""
    return listed(queries.in_scope(actor()), DutyShift.id, query_data, _document)


@bp.get("/duty-shifts/now")
@needs("read")
@bp.input(UnitQuery, location="query")
@answers(Listed[schemas.OnDuty])
def who_approves(query_data: UnitQuery) -> dict[str, Any]:
    """The approvers of one's requests: those on duty, else all who may sign off."""
    unit_id = query_data.unit_id or public("unit", actor().unit_id)
    with core().config.read() as session:
        unit = find_unit(session, actor(), "read", unit_id)
        people = queries.asked(core(), session, unit.path, actor().user_id)
    return complete([asked_document(one) for one in people])


@bp.post("/duty-shifts")
@needs("incidents.acknowledge")
@bp.input(DutyShiftBody)
@answers(schemas.DutyShift, 201)
def create_shift(json_data: DutyShiftBody) -> ResponseReturnValue:
    """Add a shift: each week, or for one date instead of that day's weekly shifts."""
    body = json_data
    draft = Draft(
        body.unit_id or public("unit", actor().unit_id),
        body.user_id, tuple(body.days), body.on_date, body.begins, body.ends,
    )  # fmt: skip
    return tagged(_document(service.create(core(), actor(), draft)), 201)


@bp.get("/duty-shifts/<duty_shift_id>")
@needs("incidents.acknowledge")
@answers(schemas.DutyShift)
def get_shift(duty_shift_id: str) -> ResponseReturnValue:
    """One shift."""
    with core().config.read() as session:
        return tagged(_document(queries.find(session, actor(), duty_shift_id)))


@bp.patch("/duty-shifts/<duty_shift_id>")
@needs("incidents.acknowledge")
@bp.input(DutyShiftChanges)
@answers(schemas.DutyShift)
def change_shift(duty_shift_id: str, json_data: DutyShiftChanges) -> ResponseReturnValue:
    """Change a shift."""
    changes = json_data.given()
    return tagged(_document(service.change(core(), actor(), duty_shift_id, changes, _check)))


@bp.delete("/duty-shifts/<duty_shift_id>")
@needs("incidents.acknowledge")
@answers(None, 204)
def delete_shift(duty_shift_id: str) -> ResponseReturnValue:
    """Delete a shift."""
    service.remove(core(), actor(), duty_shift_id, _check)
    return "", 204
