"""Translates msgspec's errors into both languages, with the position."""

import re
from typing import Final, NamedTuple

from server.foundation.errors import Fault
from server.foundation.i18n import Sentence

_PLACE: Final = re.compile(r" - at `\$(?P<path>[^`]*)`$")
_MISSING: Final = re.compile(r"^Object missing required field `(?P<name>[^`]*)`")
NOT_JSON: Final = Sentence(
    "内容不是有效的 UTF-8 JSON，请检查。", "The content isn't JSON in UTF-8: check it."
)


class ValidationIssue(NamedTuple):
    """Why a message is invalid, and where."""

    detail: Sentence
    pointer: str

    @property
    def faults(self) -> tuple[Fault, ...]:
        """As faults of a problem document."""
        return (Fault(self.pointer, self.detail),)


def issue_of(error: Exception) -> ValidationIssue:
    """The error as text for developers of players."""
    place = _PLACE.search(str(error))
    text = _PLACE.sub("", str(error))
    pointer = _pointer(place["path"]) if place else ""
    missing = _MISSING.match(text)
    if missing:
        name = f"{pointer}/{missing['name']}"
        return ValidationIssue(
            Sentence(f"缺少 {name}，请补上。", f"{name} is missing: add it."), name
        )
    if not text.startswith(("Expected", "Invalid")):
        return ValidationIssue(NOT_JSON, "")
    where = pointer or "/"
    zh = f"{where} 的值不符合协议，请按 docs/protocol.md 填写。"
    return ValidationIssue(Sentence(zh, f"{where}: {text}; see docs/protocol.md"), pointer)


def _pointer(path: str) -> str:
    """`.a[...].b` as `/a/-/b`; the index within a list is not available."""
    return path.replace("[...]", "/-").replace("[", "/").replace("]", "").replace(".", "/")
