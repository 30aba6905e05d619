"""Remote commands on pages: available ones, results, screenshots beside the seat."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from flask import Blueprint, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.guards import actor, needs
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.problems import language
from server.foundation.rest.request_language import translate
from server.foundation.rest.resources import district_zone, iso
from server.gateway.commands import command_log
from server.gateway.commands.labels import (
    BLACK,
    COMMANDS,
    EXPECTED_CONTENT,
    NO_PLAN,
    STATES,
    VERDICTS,
    level_of,
    logged,
)
from server.gateway.commands.serializers import command_document
from server.gateway.connection.state import live
from server.gateway.models import SentCommand
from server.gateway.status.last_contact import last_contact_ms
from server.inventory.screens.models import Screen
from server.inventory.screens.queries import find
from server.inventory.screens.status import LastContact, freshness
from server.inventory.venues.access import may, place_of
from server.publishing.explain.now_playing import clock
from server.web.helpers import listed, names_of, shown_state

pages = Blueprint("command_pages", __name__)

LAST_COMMANDS: Final = 6
LAST_SHOTS: Final = 4
LOUDEST: Final = "100"
UNBOUND = Sentence(
    "还没有绑定播放终端，绑定后才能操作。", "No player is bound yet: pair one first."
)
ENDED = Sentence(
    "这块屏已停用或吊销，不能再发命令。",
    "This screen was retired or revoked: it takes no commands.",
)
NO_LINK = Sentence(
    "显示屏现在没有实时连接，连上后即可操作。最近联系：{last}。",
    "The screen has no live connection now; it takes commands when it is back. Last heard: {last}.",
)
NO_CHANNEL = Sentence(
    "屏幕在线，但远程操作通道暂未接通，接通后按钮自动可用。",
    "The screen is online, but no command reaches it yet; the buttons come on when one can.",
)
NEVER = Sentence("从未联系", "never")


@pages.get("/screens/<screen_id>/commands")
@needs("read")
def commands_page(screen_id: str) -> str:
    """All stored commands to one screen; `brief`: the part for its own page."""
    with core().config.read() as session:
        row = find(session, actor(), "read", screen_id)
        query = select(SentCommand).where(SentCommand.screen_id == row.id)
        found = listed(session, query, SentCommand.id)
        return render_template(
            "screens/commands.html",
            screen={
                "id": screen_id,
                "name": row.name,
                "venue_id": public("venue", row.venue_id),
                "venue_name": row.venue.name,
            },
            brief="brief" in request.args,
            turned="cursor" in request.args,
            commands=_shown(session, found["items"]),
            **found,
            **control(session, row),
        )


def control(session: Session, screen: Screen) -> dict[str, Any]:
    """The commands available for a screen now, or the reason for none; the last ones sent."""
    place = place_of(screen.venue)
    mine = select(SentCommand).where(SentCommand.screen_id == screen.id)
    newest = mine.order_by(SentCommand.id.desc())
    last = session.scalars(newest.limit(LAST_COMMANDS)).all()
    shots = session.scalars(newest.where(SentCommand.shot.is_not(None)).limit(LAST_SHOTS)).all()
    set_once = newest.where(SentCommand.name == "volume", SentCommand.state == "answered").limit(1)
    loud = session.scalar(set_once)
    return {
        "may_command": may(actor(), "screens.command", place),
        "no_link": _no_link(screen),
        "sound": screen.venue.sound,
        "level": level_of(loud.args) if loud is not None else LOUDEST,
        "last_commands": _shown(session, last),
        "last_shots": _shown(session, shots),
        "names": {name: translate(text) for name, text in COMMANDS.items()},
    }


def _no_link(screen: Screen) -> str | None:
    """The reason why nothing can be sent; None if it can."""
    if screen.retired_at is not None or screen.revoked_at is not None:
        return translate(ENDED)
    if screen.enrolled_at is None:
        return translate(UNBOUND)
    if live().presence.holder(screen.id) is not None:
        return None
    contact = live().presence.contact(screen.id)
    last = LastContact(contact.at_ms) if contact is not None else None
    if freshness(last, core().clock.now_ms()) == "online":
        return translate(NO_CHANNEL)
    at = iso(last_contact_ms(core(), live(), [screen.id]).get(screen.id), district_zone())
    return translate(NO_LINK).format(last=at[:16].replace("T", " ") if at else translate(NEVER))


def _shown(session: Session, rows: Sequence[SentCommand]) -> list[dict[str, Any]]:
    numbers = [row.id for row in rows]
    pictures = command_log.with_pictures(session, numbers) if numbers else set()
    people = names_of(session, (row.user_id for row in rows))
    now_ms = core().clock.now_ms()
    return [
        _in_words(command_document(row, pictures, now_ms, district_zone(), language()))
        | {"who": people.get(row.user_id, "–")}
        for row in rows
    ]


def _in_words(document: dict[str, Any]) -> dict[str, Any]:
    took_ms = document["duration_ms"]
    what = translate(COMMANDS[document["name"]])
    if document["name"] == "volume":
        what = f"{what} {level_of(document['args'])}"
    return {
        **document,
        "what": what,
        **shown_state(STATES[document["state"]]),
        "took": None if took_ms is None else f"{took_ms / 1000:.{2 if took_ms < 1000 else 1}f}",
        "lines": _lines(document["result"]),
        "shot": _shot(document["screenshot"]),
    }


def _lines(result: Any) -> list[tuple[str, str]]:
    """A log's lines with the district's time; a truncated log as one line."""
    if isinstance(result, str):
        return [("", result)]
    lines = result.get("lines") if isinstance(result, dict) else None
    found = []
    for line in lines if isinstance(lines, list) else ():
        match line:
            case [int() as at_ms, str() as text] if 0 <= at_ms < 2**43:
                found.append((clock(at_ms, seconds=True), translate(logged(text))))
    return found


def _shot(screenshot: dict[str, Any] | None) -> dict[str, Any] | None:
    if screenshot is None:
        return None
    expected, (verdict, tone) = screenshot["meant"], VERDICTS[screenshot["verdict"]]
    name = (
        (expected["name"] or (translate(BLACK) if expected["asset"] is None else "–"))
        if expected
        else ""
    )
    return {
        **screenshot,
        "at": datetime.fromisoformat(screenshot["taken_at"]).strftime("%m-%d %H:%M:%S"),
        "verdict_text": translate(verdict),
        "tone": tone,
        "expected_label": translate(EXPECTED_CONTENT[expected["what"]] if expected else NO_PLAN),
        "expected_name": name,
    }
