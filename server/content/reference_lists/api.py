"""`/reference-lists`: kinds of scams, tools and keywords, each with source and date."""

from typing import Annotated, Any

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue
from pydantic import Field

from server.accounts.guards import actor, needs
from server.content.reference_lists import schemas, service
from server.content.reference_lists.reader import TITLES, list_in_force
from server.foundation.errors import NotFound
from server.foundation.public_ids import public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import translate
from server.foundation.rest.resources import (
    Body,
    check_unchanged_by,
    complete,
    district_zone,
    iso,
    tagged,
)
from server.foundation.rest.responses import Listed, answers

bp = APIBlueprint("reference_lists", __name__, url_prefix="/api/v1", tag="Slides 图文")
Text = Annotated[str, Field(max_length=200)]


class ItemBody(Body):
    """An item: `trick` and `advice` of a scam, `text` of a tool or keyword."""

    name: Annotated[str, Field(min_length=1, max_length=24)]
    source: Annotated[str, Field(min_length=1, max_length=60)]
    as_of: Annotated[str, Field(min_length=4, max_length=10)]
    trick: Text = ""
    advice: Annotated[str, Field(max_length=40)] = ""
    text: Text = ""


class ListBody(Body):
    """The whole list, in its new order."""

    items: Annotated[list[ItemBody], Field(max_length=60)] = Field(default_factory=list)


@bp.get("/reference-lists")
@needs("read")
@answers(Listed[schemas.ReferenceListAnswer])
def get_lists() -> dict[str, Any]:
    """All lists in force."""
    return complete([_document(name) for name in TITLES])


@bp.get("/reference-lists/<list_name>")
@needs("read")
@answers(schemas.ReferenceListAnswer)
def get_list(list_name: str) -> ResponseReturnValue:
    """One list."""
    return tagged(_document(list_name))


@bp.put("/reference-lists/<list_name>")
@needs("settings.manage")
@bp.input(ListBody)
@answers(schemas.ReferenceListAnswer)
def change_list(list_name: str, json_data: ListBody) -> ResponseReturnValue:
    """Put a list in force; slides that were drawn stay as they are."""
    items = [one.model_dump() for one in json_data.items]
    service.change(core(), actor(), list_name, items, check_unchanged_by(_shown))
    return tagged(_document(list_name))


@bp.delete("/reference-lists/<list_name>")
@needs("settings.manage")
@answers(None, 204)
def reset_list(list_name: str) -> ResponseReturnValue:
    """Go back to the delivered list."""
    service.reset(core(), actor(), list_name, check_unchanged_by(_shown))
    return "", 204


def _document(name: str) -> dict[str, Any]:
    if name not in TITLES:
        raise NotFound
    with core().config.read() as session:
        return _shown(list_in_force(session, name))


def _shown(found: dict[str, Any]) -> dict[str, Any]:
    by = found["changed_by"]
    return {
        **found,
        "title": translate(TITLES[found["name"]]),
        "changed_by": public("user", by) if by is not None else None,
        "changed_at": iso(found["changed_at"], district_zone()),
    }
