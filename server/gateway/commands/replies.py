"""Validates players' replies to commands against the protocol and size limits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from server.foundation.core import Core
from server.gateway.commands.screenshot import Asked, Shot, take

# Bytes kept of a reply; a log of a hundred lines takes a tenth.
MOST_RESULT: Final = 32_000
MOST_ERROR: Final = 200
MALFORMED: Final = "malformed"


@dataclass(frozen=True)
class Outcome:
    """The outcome of a command; `answer` goes to the sender, `result` (JSON) is stored."""

    state: str
    answer: Mapping[str, Any]
    result: str | None = None
    cut: bool = False
    error: str | None = None
    shot: Shot | None = None


def read(core: Core, asked: Asked, name: str, answer: object) -> Outcome:
    """Parse a reply in the protocol's form; a screenshot must be a JPEG."""
    if not isinstance(answer, Mapping):
        return refused(MALFORMED)
    if answer.get("ok") is not True:
        return refused(_word(answer.get("error")))
    result = answer.get("result")
    shot = take(core, asked, result) if name == "screenshot" else None
    if name == "screenshot" and shot is None:
        return refused(MALFORMED)
    try:
        kept = orjson.dumps(_without_picture(result) if shot is not None else result)
        plain = orjson.loads(orjson.dumps(result))
    except (TypeError, ValueError):  # not representable in JSON
        return refused(MALFORMED)
    text, cut = _bounded(kept)
    return Outcome("answered", {"ok": True, "result": plain}, text, cut, shot=shot)


def refused(error: str) -> Outcome:
    """The player refused, or its reply is malformed."""
    return Outcome("refused", {"ok": False, "error": error}, error=error)


def _word(error: object) -> str:
    text = "".join(sign for sign in str(error)[:MOST_ERROR] if sign.isprintable())
    return text or "unknown"


def _without_picture(result: Any) -> Any:
    return {key: value for key, value in result.items() if key != "image"}


def _bounded(content: bytes) -> tuple[str | None, bool]:
    """The text cut to the limit, and whether it was cut; None for an empty reply."""
    if content == b"null":
        return None, False
    return content[:MOST_RESULT].decode(errors="ignore"), len(content) > MOST_RESULT
