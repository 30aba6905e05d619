"""The socket's messages over plain HTTP, for players without a WebSocket."""

from typing import Any

from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue

from server.foundation.errors import AnpingError, TooLarge
from server.foundation.i18n import Sentence
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.resources import etag_of, tagged
from server.foundation.rest.responses import answers
from server.gateway import schemas
from server.gateway.connection import handlers
from server.gateway.connection.messages import (
    MOST_BYTES,
    Beat,
    ClockQuestion,
    Message,
    Switched,
    read_body,
)
from server.gateway.connection.state import live
from server.inventory.enrolment.device_guards import screen, screen_only
from server.publishing import queries
from server.publishing.schemas import Assignment

bp = APIBlueprint("player_live", __name__, url_prefix="/api/v1/player", tag="Player 播放终端")

TOO_LARGE = Sentence("消息不得超过 256 KiB。", "A message has at most 256 KiB.")


class NotAssigned(AnpingError):
    """The screen was bound a moment ago and its first plan is still being built."""

    status = 404
    title = Sentence("尚未下发", "Not assigned yet")
    default_code = "not_assigned"

    def __init__(self) -> None:
        super().__init__(
            Sentence("节目单正在生成，请稍后再取。", "The plan is being made: ask again shortly.")
        )


@bp.get("/assignment")
@screen_only
@answers(Assignment)
@answers(None, 304, "The player has it")
def newest_assignment() -> ResponseReturnValue:
    """The newest assignment of this screen, hand-overs first; 304 if the player has it."""
    screen_id = screen().screen_id
    has = live().version_of(screen_id)
    with core().config.read() as session:
        found = queries.orders(session, screen_id, has, core().clock.now_ms())
    if not found:
        raise NotAssigned
    return tagged(_after_what_it_has([one.message() for one in found]))


def _after_what_it_has(messages: list[dict[str, Any]]) -> dict[str, Any]:
    """The first message that the player hasn't accepted, by its ETag; else the last one."""
    tags = request.if_none_match
    places = [place for place, one in enumerate(messages) if tags.contains(etag_of(one))]
    return messages[min(places[-1] + 1, len(messages) - 1) if places else 0]


@bp.post("/beat")
@screen_only
@answers(schemas.Heard)
def take_beat() -> dict[str, Any]:
    """Handle a heartbeat; answers the newest version."""
    beat = sent(Beat)
    live().tally.posted_beats += 1
    return handlers.take_beat(core(), live(), screen().screen_id, beat)


@bp.post("/clock")
@screen_only
@answers(schemas.Clock)
def answer_clock() -> dict[str, Any]:
    """An exchange of clocks."""
    return handlers.answer_clock(core(), sent(ClockQuestion))


@bp.post("/switched")
@screen_only
@answers(schemas.Noted)
def take_switched() -> dict[str, Any]:
    """Another manifest is on air."""
    return handlers.take_switched(core(), live(), screen().screen_id, sent(Switched))


def sent(form: type[Message]) -> Message:
    """The body of this request. Raises Malformed, TooLarge."""
    if (request.content_length or 0) > MOST_BYTES:
        raise TooLarge(TOO_LARGE)
    return read_body(form, request.stream.read(MOST_BYTES + 1))
