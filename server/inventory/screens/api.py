"""`/screens`: records of screens, binding, revoking, retiring, pausing."""

from datetime import datetime
from typing import Annotated, Any

from apiflask import APIBlueprint
from flask import Response, current_app, request
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from pydantic import Field

from server.accounts.guards import actor, needs
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.resources import (
    Body,
    answered,
    check_unchanged_by,
    district_zone,
    instant_ms,
    page,
)
from server.foundation.rest.responses import Listed, answers, refuses
from server.inventory.enrolment import pairing
from server.inventory.enrolment.pairing_attempts import WrongCodes
from server.inventory.screens import pauses, queries, schemas, service
from server.inventory.screens.contact import contact, contacts_by_state, last_contact_ms
from server.inventory.screens.finding.filters import ScreenFilter, conditions
from server.inventory.screens.models import Screen
from server.inventory.screens.serializers import Seen, record_document, screen_document

bp = APIBlueprint("screens", __name__, url_prefix="/api/v1", tag="Screens 显示屏")

_check = check_unchanged_by(record_document)


@bp.record
def _count_wrong_codes(state: BlueprintSetupState) -> None:
    state.app.extensions["anping.wrong_codes"] = WrongCodes()


Name = Annotated[str, Field(min_length=1, max_length=120)]
Pixels = Annotated[int, Field(ge=1, le=32_768)]
Tag = Annotated[str, Field(min_length=1, max_length=60)]
Id = Annotated[str, Field(min_length=1, max_length=64)]


class ScreenBody(Body):
    """A screen's record without a player yet."""

    venue_id: Id
    name: Name
    serial: str | None = Field(None, min_length=1, max_length=120)
    width: Pixels | None = None
    height: Pixels | None = None
    pixel_pitch_mm: float | None = Field(None, gt=0, le=1000)
    rendition_class: str | None = Field(None, max_length=40)
    tags: list[Tag] = Field(default_factory=list, max_length=50)


class ScreenChanges(ScreenBody):
    """The fields to change; those left out stay as they are."""

    venue_id: Id = ""
    name: Name = ""
    rendition_class: str = Field("", max_length=40)


class PairBody(Body):
    """The code that a screen shows, and its place: a venue, or a screen to replace."""

    user_code: str = Field(min_length=1, max_length=40)
    venue_id: Id | None = None
    name: str = Field("", max_length=120)
    screen_id: Id | None = None


class PauseBody(Body):
    """A declared pause: its end, and the reason."""

    until: datetime
    reason: str = Field(min_length=1, max_length=255)


@bp.get("/screens")
@needs("read")
@bp.input(ScreenFilter, location="query")
@answers(Listed[schemas.Screen])
def list_screens(query_data: ScreenFilter) -> dict[str, Any]:
    """Screens in the person's scope, newest first."""
    now_ms = core().clock.now_ms()
    with core().config.read() as session:
        paused = queries.paused_now(session, now_ms)
        filters = conditions(query_data, contacts_by_state(query_data.state), paused.keys())
        query = queries.in_scope(actor()).where(*filters)
        found = page(session, query, Screen.id, query_data, lambda screen: screen)
        last_ms = last_contact_ms(found["items"])

        def document(one: Screen) -> dict[str, Any]:
            seen = Seen(now_ms, contact(one.id), paused.get(one.id), last_ms.get(one.id))
            return screen_document(one, seen, district_zone())

        return {**found, "items": [document(one) for one in found["items"]]}


@bp.post("/screens")
@needs("screens.pair")
@bp.input(ScreenBody)
@answers(schemas.Screen, 201)
def create_screen(json_data: ScreenBody) -> ResponseReturnValue:
    """Create a screen's record before its player is installed."""
    values = json_data.model_dump(exclude={"venue_id"}) | {"tags": tuple(json_data.tags)}
    draft = service.ScreenDraft(**values)
    return screen_answer(service.create_screen(core(), actor(), json_data.venue_id, draft), 201)


@bp.post("/screens/pair")
@needs("screens.pair")
@bp.input(PairBody)
@answers(schemas.Screen, 201)
@answers(schemas.Screen, 200, "A player took the place of a screen's old one")
@refuses(429)
def pair_screen(json_data: PairBody) -> ResponseReturnValue:
    """Bind the player that shows the code."""
    pair_request = pairing.PairRequest(**json_data.model_dump())
    codes: WrongCodes = current_app.extensions["anping.wrong_codes"]
    screen = pairing.pair(core(), actor(), pair_request, codes, request.remote_addr or "")
    return screen_answer(screen, 200 if json_data.screen_id else 201)


@bp.get("/screens/<screen_id>")
@needs("read")
@answers(schemas.Screen)
def get_screen(screen_id: str) -> ResponseReturnValue:
    """One screen."""
    with core().config.read() as session:
        return screen_answer(queries.find(session, actor(), "read", screen_id))


@bp.patch("/screens/<screen_id>")
@needs("screens.pair")
@bp.input(ScreenChanges)
@answers(schemas.Screen)
def change_screen(screen_id: str, json_data: ScreenChanges) -> ResponseReturnValue:
    """Change a screen's record."""
    changes = json_data.model_dump(exclude_unset=True)
    screen = service.update_screen(core(), actor(), screen_id, changes, _check)
    return screen_answer(screen)


@bp.delete("/screens/<screen_id>")
@needs("screens.pair")
@answers(None, 204)
def delete_screen(screen_id: str) -> ResponseReturnValue:
    """Delete a record that never had a player; retire others."""
    service.delete_screen(core(), actor(), screen_id, _check)
    return "", 204


@bp.post("/screens/<screen_id>/revoke")
@needs("screens.revoke")
@answers(schemas.Screen)
def revoke_screen(screen_id: str) -> ResponseReturnValue:
    """Void the screen's credentials, for instance of a stolen box."""
    return screen_answer(service.revoke_screen(core(), actor(), screen_id))


@bp.post("/screens/<screen_id>/retire")
@needs("screens.pair")
@answers(schemas.Screen)
def retire_screen(screen_id: str) -> ResponseReturnValue:
    """Take the screen out of service for good; its history stays."""
    return screen_answer(service.retire_screen(core(), actor(), screen_id))


@bp.post("/screens/<screen_id>/pause")
@needs("screens.command")
@bp.input(PauseBody)
@answers(schemas.Screen)
def pause_screen(screen_id: str, json_data: PauseBody) -> ResponseReturnValue:
    """Declare that the screen is off until an instant."""
    until_ms = instant_ms(json_data.until, "/until")
    return screen_answer(
        pauses.pause_screen(core(), actor(), screen_id, until_ms, json_data.reason)
    )


@bp.delete("/screens/<screen_id>/pause")
@needs("screens.command")
@answers(schemas.Screen)
def resume_screen(screen_id: str) -> ResponseReturnValue:
    """End the declared pause now."""
    return screen_answer(pauses.resume_screen(core(), actor(), screen_id, _check))


def screen_answer(screen: Screen, status: int = 200) -> Response:
    """The document with an ETag of the record alone, independent of contact with the player."""
    now_ms = core().clock.now_ms()
    with core().config.read() as session:
        pause = queries.paused_now(session, now_ms).get(screen.id)
    seen = Seen(now_ms, contact(screen.id), pause, last_contact_ms([screen]).get(screen.id))
    document = screen_document(screen, seen, district_zone())
    return answered(document, status, tag_of=record_document(screen))
