"""`/units`: the tree of responsible units and territories."""

from typing import Annotated, Any

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue
from pydantic import Field, StringConstraints

from server.accounts import queries, schemas
from server.accounts.directory import units
from server.accounts.guards import actor, needs
from server.accounts.models import Unit
from server.accounts.serializers import unit_document
from server.foundation.phone_masking import masked_mobiles
from server.foundation.public_ids import number
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.resources import Body, Paging, check_unchanged_by, listed, tagged
from server.foundation.rest.responses import Listed, answers

bp = APIBlueprint("units", __name__, url_prefix="/api/v1", tag="Units 责任单位")

_check = check_unchanged_by(unit_document)
Code = Annotated[str, StringConstraints(min_length=1, max_length=60)]


class UnitFilter(Paging):
    """Filter: children of a unit, or units whose name contains a text."""

    parent_id: str | None = Field(None, max_length=64)
    q: str | None = Field(None, max_length=60)


class UnitChanges(Body):
    """The fields to change; a new parent moves the whole subtree."""

    name: str = Field("", min_length=1, max_length=120)
    parent_id: str | None = Field(None, max_length=64)
    code: Code | None = None
    leader: str = Field("", max_length=60)
    contact: str = Field("", max_length=120)


class UnitBody(UnitChanges):
    """A unit; its parent is one's own unit by default."""

    name: str = Field(min_length=1, max_length=120)


@bp.get("/units")
@needs("read")
@bp.input(UnitFilter, location="query")
@answers(Listed[schemas.Unit])
def list_units(query_data: UnitFilter) -> dict[str, Any]:
    """Units in the person's scope, newest first."""
    query = queries.units_in_scope(actor())
    if query_data.parent_id is not None:
        query = query.where(Unit.parent_id == number("unit", query_data.parent_id))
    if query_data.q:
        query = query.where(Unit.name.icontains(query_data.q, autoescape=True))
    return listed(query, Unit.id, query_data, _masked)


@bp.post("/units")
@needs("accounts.manage")
@bp.input(UnitBody)
@answers(schemas.Unit, 201)
def create_unit(json_data: UnitBody) -> ResponseReturnValue:
    """Add a unit to the tree."""
    draft = units.UnitDraft(**json_data.model_dump())
    return tagged(unit_document(units.create_unit(core(), actor(), draft)), 201)


@bp.get("/units/<unit_id>")
@needs("read")
@answers(schemas.Unit)
def get_unit(unit_id: str) -> ResponseReturnValue:
    """One unit."""
    with core().config.read() as session:
        return tagged(unit_document(queries.find_unit(session, actor(), "read", unit_id)))


@bp.patch("/units/<unit_id>")
@needs("accounts.manage")
@bp.input(UnitChanges)
@answers(schemas.Unit)
def change_unit(unit_id: str, json_data: UnitChanges) -> ResponseReturnValue:
    """Change a unit, or move it with everything below it."""
    changes = json_data.model_dump(exclude_unset=True)
    return tagged(unit_document(units.update_unit(core(), actor(), unit_id, changes, _check)))


@bp.delete("/units/<unit_id>")
@needs("accounts.manage")
@answers(None, 204)
def delete_unit(unit_id: str) -> ResponseReturnValue:
    """Delete a unit without dependent objects."""
    units.delete_unit(core(), actor(), unit_id, _check)
    return "", 204


def _masked(unit: Unit) -> dict[str, Any]:
    """The unit for lists: office lines stay, mobile numbers are masked."""
    return {**unit_document(unit), "contact": masked_mobiles(unit.contact)}
