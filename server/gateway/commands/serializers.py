"""JSON documents of commands."""

from collections.abc import Collection
from datetime import tzinfo
from typing import Any, Final

import orjson

from server.foundation.public_ids import public
from server.foundation.rest.documents import document
from server.foundation.rest.resources import iso
from server.gateway import schemas
from server.gateway.commands.labels import outcome
from server.gateway.commands.service import ANSWER_S
from server.gateway.models import SentCommand

# A server that was stopped meanwhile never records the outcome of a command.
OVERDUE_MS: Final = int(ANSWER_S * 1000) + 5_000
Pictures = Collection[tuple[int, str]]
"""The commands that have a picture, with its kind."""


def command_document(
    row: SentCommand, pictures: Pictures, now_ms: int, zone: tzinfo, language: str
) -> dict[str, Any]:
    """One command; `summary` is its outcome in the reader's language."""
    over = row.state == "sent" and now_ms - row.sent_at > OVERDUE_MS
    reply = {"state": "no_answer" if over else row.state, "result": result_of(row)}
    facts = {**reply, "error": row.error, "verdict": row.verdict}
    return document(
        schemas.Command,
        row,
        zone,
        **reply,
        summary=outcome(row.name, row.args, facts).in_language(language),
        screenshot=_screenshot(row, pictures, zone),
    )


def result_of(row: SentCommand) -> Any:
    """The player's reply; if it was cut, its beginning as text."""
    if row.result is None or row.result_cut:
        return row.result
    return orjson.loads(row.result)


def _screenshot(row: SentCommand, pictures: Pictures, zone: tzinfo) -> dict[str, Any] | None:
    if row.shot is None:
        return None
    screen, command = public("screen", row.screen_id), public("command", row.id)
    shown = f"/api/v1/screens/{screen}/commands/{command}/picture"
    return {
        **row.shot,
        "taken_at": iso(row.shot["taken_at"], zone),
        "picture": shown if (row.id, "shown") in pictures else None,
        "meant_picture": f"{shown}?of=meant" if (row.id, "meant") in pictures else None,
        "verdict": row.verdict,
    }
