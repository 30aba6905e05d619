"""`/screens/{id}/commands`: send commands to the player, and read them with their outcomes."""

from typing import Any, Literal

from apiflask import APIBlueprint
from flask import Response
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.guards import actor, needs
from server.foundation.errors import existing
from server.foundation.public_ids import number
from server.foundation.rest.downloads import private_jpeg
from server.foundation.rest.flask_extensions import core, socketio
from server.foundation.rest.problems import language
from server.foundation.rest.resources import Body, Paging, district_zone, page
from server.foundation.rest.responses import Listed, answers
from server.gateway import schemas
from server.gateway.commands import command_log
from server.gateway.commands import service as commands
from server.gateway.commands.serializers import command_document
from server.gateway.connection.socket_sender import Players
from server.gateway.connection.state import live
from server.gateway.models import SentCommand
from server.inventory.screens.queries import find

bp = APIBlueprint("screen_commands", __name__, url_prefix="/api/v1", tag="Screens 显示屏")

KEPT_S = 35 * 24 * 3600


class CommandBody(Body):
    """One command and its arguments, e.g. `{"level": 40}` for `volume`."""

    name: str = Field(max_length=40)
    args: dict[str, Any] = Field(default_factory=dict, max_length=20)


class WhichPicture(BaseModel):
    """`shown`: the screenshot; `meant`: the picture that was expected."""

    of: Literal["shown", "meant"] = "shown"


@bp.post("/screens/<screen_id>/commands")
@needs("screens.command")
@bp.input(CommandBody)
@answers(schemas.Answer)
def send_command(screen_id: str, json_data: CommandBody) -> dict[str, Any]:
    """Send a command; returns the player's answer, within ten seconds.

    Outcomes are kept for 35 days, at most 1,000 per screen, with the pictures of the last 50
    screenshots.
    """
    command = commands.Command(json_data.name, json_data.args)
    return commands.send(core(), live(), Players(socketio), actor(), screen_id, command)


@bp.get("/screens/<screen_id>/commands")
@needs("read")
@bp.input(Paging, location="query")
@answers(Listed[schemas.Command])
def list_commands(screen_id: str, query_data: Paging) -> dict[str, Any]:
    """Commands sent to the screen, newest first."""
    with core().config.read() as session:
        mine = SentCommand.screen_id == find(session, actor(), "read", screen_id).id
        query = select(SentCommand).where(mine)
        return page(session, query, SentCommand.id, query_data, lambda row: document(session, row))


@bp.get("/screens/<screen_id>/commands/<command_id>")
@needs("read")
@answers(schemas.Command)
def get_command(screen_id: str, command_id: str) -> dict[str, Any]:
    """One command with its outcome; a screenshot comes with its comparison."""
    with core().config.read() as session:
        return document(session, _row(session, screen_id, command_id))


@bp.get("/screens/<screen_id>/commands/<command_id>/picture")
@needs("read")
@bp.input(WhichPicture, location="query")
@answers(None, 200, "The picture", media_type="image/*", headers=("Cache-Control",))
def get_command_picture(screen_id: str, command_id: str, query_data: WhichPicture) -> Response:
    """A screenshot, or the picture it was compared to (JPEG)."""
    with core().config.read() as session:
        row = _row(session, screen_id, command_id)
        content = command_log.picture(session, row.id, query_data.of)
    response = private_jpeg(content, KEPT_S)
    response.cache_control.immutable = True
    return response


def document(session: Session, row: SentCommand) -> dict[str, Any]:
    """One command in the reader's language."""
    pictures = command_log.with_pictures(session, [row.id]) if row.shot is not None else ()
    return command_document(row, pictures, core().clock.now_ms(), district_zone(), language())


def _row(session: Session, screen_id: str, command_id: str) -> SentCommand:
    screen = find(session, actor(), "read", screen_id)
    return existing(command_log.find(session, screen.id, number("command", command_id)))
