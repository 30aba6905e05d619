"""Boxes of screens: history, replacement, placing of enrolled boxes, refusals."""

from typing import Any

from apiflask import APIBlueprint
from flask import current_app, request
from flask.typing import ResponseReturnValue
from pydantic import Field, model_validator

from server.accounts.guards import actor, needs
from server.foundation.i18n import Sentence
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.resources import (
    Body,
    Paging,
    complete,
    district_zone,
    in_district_time,
    listed,
)
from server.foundation.rest.responses import Listed, answers, refuses
from server.inventory.devices import (
    history as boxes,
)
from server.inventory.devices import (
    replacement,
    unplaced,
)
from server.inventory.devices.unplaced import Placing
from server.inventory.enrolment import pairing, rejected_enrolments
from server.inventory.enrolment.pairing import PairRequest
from server.inventory.enrolment.pairing_attempts import WrongCodes
from server.inventory.screens import queries, schemas
from server.inventory.screens.api import Id, screen_answer
from server.inventory.screens.models import RefusedEnrolment
from server.inventory.screens.serializers import box_document, refusal_document

bp = APIBlueprint("screen_boxes", __name__, url_prefix="/api/v1", tag="Screens 显示屏")

ONE_WAY = Sentence(
    "请填写新终端的绑定码或序列号。", "Give the code that the new box shows, or its serial."
)


class ReplaceBody(Body):
    """The code shown by the new box (with its serial if known), or the serial it enrols with."""

    user_code: str | None = Field(None, min_length=1, max_length=40)
    serial: str | None = Field(None, min_length=1, max_length=120)

    @model_validator(mode="after")
    def _one_way(self) -> "ReplaceBody":
        if not self.user_code and not self.serial:
            raise ValueError(ONE_WAY.en)
        return self


class PlaceBody(Body):
    """A venue for the box, or the name of a new one; missing fields stay unchanged."""

    name: str = Field("", max_length=120)
    venue_id: Id | None = None
    venue_name: str = Field("", max_length=120)
    address: str = Field("", max_length=255)
    unit_id: Id | None = None
    kind: str | None = Field(None, max_length=20)


@bp.get("/screens/<screen_id>/boxes")
@needs("read")
@answers(Listed[schemas.Box])
def list_boxes(screen_id: str) -> dict[str, Any]:
    """The boxes of the screen, its current one first."""
    with core().config.read() as session:
        screen = queries.find(session, actor(), "read", screen_id)
        rows = boxes.boxes_of(session, screen.id)
        return complete([box_document(row, district_zone()) for row in rows])


@bp.post("/screens/<screen_id>/replace")
@needs("screens.pair")
@bp.input(ReplaceBody)
@answers(schemas.Screen)
@refuses(429)
def replace_box(screen_id: str, json_data: ReplaceBody) -> ResponseReturnValue:
    """Replace the screen's box; the old box's credentials become void at once.

    By code the new box is bound now. By serial the next box that enrols with it is bound to the
    screen; one that has enrolled before and is unplaced enrols again. All plays stay the screen's.
    """
    if json_data.user_code is None:
        serial = json_data.serial or ""
        return screen_answer(replacement.by_serial(core(), actor(), screen_id, serial))
    pair_request = PairRequest(
        json_data.user_code, screen_id=screen_id, replaces=True, serial=json_data.serial
    )
    codes: WrongCodes = current_app.extensions["anping.wrong_codes"]
    return screen_answer(
        pairing.pair(core(), actor(), pair_request, codes, request.remote_addr or "")
    )


@bp.post("/screens/<screen_id>/place")
@needs("screens.pair")
@bp.input(PlaceBody)
@answers(schemas.Screen)
def place_screen(screen_id: str, json_data: PlaceBody) -> ResponseReturnValue:
    """Set the place of a box that came by an enrolment key, so that it is no longer unplaced."""
    placing = Placing(**json_data.model_dump())
    return screen_answer(unplaced.place(core(), actor(), screen_id, placing))


@bp.post("/screens/<screen_id>/settle-refusals")
@needs("screens.pair")
@answers(None, 204)
def settle_refusals(screen_id: str) -> ResponseReturnValue:
    """Keep the screen's box: players refused with its serial need no decision any more."""
    rejected_enrolments.settle(core(), actor(), screen_id)
    return "", 204


@bp.get("/enrolment-refusals")
@needs("screens.pair")
@bp.input(Paging, location="query")
@answers(Listed[schemas.Refusal])
def list_refusals(query_data: Paging) -> dict[str, Any]:
    """Players with a valid key whose serial belongs to a screen that has its box."""
    query = rejected_enrolments.open_in_scope(actor())
    return listed(query, RefusedEnrolment.id, query_data, in_district_time(refusal_document))
