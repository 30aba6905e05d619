"""One line of an export file."""

import json
from collections.abc import Mapping
from typing import Any, Final

import orjson

from server.foundation.i18n import Sentence

LINK: Final = (
    "seq", "manifest", "segment", "cycle", "slot", "asset",
    "start_ms", "shown_ms", "state", "cause", "error",
)  # fmt: skip
MOST: Final = 2**63 - 1


class Line:
    """A parsed line and `at`, its position in the file, counted from 1."""

    def __init__(self, at: int, text: bytes) -> None:
        self.at = at
        self.content = _parsed(text)
        number = _whole(self.content.get("line"))
        self.number = number or 0
        """Its position by its own `line` field; 0 if that is missing or not a number."""
        self.seq = _whole(self.content.get("seq"))
        """Sequence number of the event in its boot; None if missing or not a number."""

    @property
    def is_event(self) -> bool:
        """Whether it is a play or a lost range; the one line of an empty export is neither."""
        return "boot" in self.content or "export" not in self.content

    @property
    def lost(self) -> tuple[int, int] | None:
        """The range that was declared lost."""
        lost = self.content.get("lost")
        if not isinstance(lost, list) or len(lost) != 3:
            return None
        first, last = _whole(lost[0]), _whole(lost[1])
        return None if first is None or last is None else (first, last)

    @property
    def name(self) -> str:
        """Name of the line in findings."""
        what = self.content.get("seq", self.content.get("lost"))
        return f"{self.content.get('screen_id')} {self.content.get('boot')} {what}"[:200]

    def link(self) -> tuple[object, ...]:
        """The values that the boot's chain covers. Raises KeyError, TypeError or ValueError."""
        if "lost" in self.content:
            if self.lost is None:
                raise ValueError("lost")
            return ("lost", *self.content["lost"])
        if self.seq is None:
            raise ValueError("seq")
        return tuple(self.content[name] for name in LINK)

    def is_followed_by(self, other: "Line") -> bool:
        """Whether `other` is the next line of the same boot, with no event between them left out.

        Events outside the reader's scope are left out; the line after them carries their count
        (`elsewhere`).
        """
        a, b = self.content, other.content
        if "elsewhere" in b:
            return False
        return (a.get("screen_id"), a.get("boot")) == (b.get("screen_id"), b.get("boot"))


def covers(content: Mapping[str, Any]) -> bool:
    """Whether the line carries a screen's signature over the batch that it ends."""
    return "signed" in content


def signed_text(content: Mapping[str, Any]) -> str:
    """The text that a screen signs: boot, first and last number of the batch, head after it."""
    first, last = content["signed"]["first"], content["seq"]
    return f"{content['boot']}|{first}|{last}|{content['head']}"


def changed(line: Line) -> Sentence:
    """The finding that a line was altered."""
    return Sentence(
        f"第 {line.at} 行（{line.name}）被改动。", f"changed: line {line.at} ({line.name})"
    )


def _whole(number: object) -> int | None:
    is_one = isinstance(number, int) and not isinstance(number, bool) and 1 <= number <= MOST
    return number if is_one else None  # type: ignore[return-value] # narrowed by is_one


def _parsed(text: bytes) -> dict[str, Any]:
    try:
        content = orjson.loads(text)
        if isinstance(content, dict) and isinstance(content.get("start_ms"), float):
            content = json.loads(text)  # orjson rounds numbers of more than 64 bits
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
