"""Converts pydantic's errors to pointers and texts in both languages."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from pydantic import ValidatorFunctionWrapHandler, WrapValidator

from server.foundation.errors import Fault
from server.foundation.i18n import Sentence
from server.foundation.rest.validation_messages import PATTERNS, TEXTS

# The last part of their location names a value that isn't in the input.
_ABSENT: Final = frozenset({"missing", "missing_argument", "union_tag_not_found"})
MOST_FAULTS: Final = 100
PIECE: Final = 50
"""Entries of a mapping validated together; later pieces aren't after one with errors."""
_PATTERN: Final = "string_pattern_mismatch"


class UnusableValue(ValueError):
    """Raised by a validator of a body, with the reason in both languages."""

    def __init__(self, detail: Sentence) -> None:
        super().__init__(detail.en)
        self.detail = detail


def entries_at_most(most: int) -> WrapValidator:
    """For mappings: counts entries before validating any, and stops after a piece with errors.

    pydantic validates all and counts then, which takes 20 ms for thousands of wrong ones. Lists
    have `FailFast`.
    """

    too_many = worded({"type": "too_long", "ctx": {"max_length": most}})

    def check(value: Any, validates: ValidatorFunctionWrapHandler) -> Any:
        if not isinstance(value, Mapping) or len(value) <= PIECE:
            return validates(value)
        if len(value) > most:
            raise UnusableValue(too_many)
        found: dict[Any, Any] = {}
        entries = iter(value.items())
        while piece := dict(islice(entries, PIECE)):
            found |= validates(piece)
        return found

    return WrapValidator(check)


def input_faults(errors: Iterable[Mapping[str, Any]], sent: Any) -> list[Fault]:
    """One fault per location, for a union that of its first form with a reason.

    Only the first `MOST_FAULTS` errors: thousands would block others, and nobody reads them.
    """
    found: dict[str, Fault] = {}
    for error in islice(errors, MOST_FAULTS):
        pointer = pointer_to(error["loc"], sent, absent=error["type"] in _ABSENT)
        found.setdefault(pointer, Fault(pointer, worded(error)))
    return list(found.values())


def worded(error: Mapping[str, Any]) -> Sentence:
    """The error and its remedy."""
    facts = error.get("ctx", {})
    raised = facts.get("error")
    if isinstance(raised, UnusableValue):
        return raised.detail
    if error["type"] == _PATTERN and facts.get("pattern") in PATTERNS:
        return PATTERNS[facts["pattern"]]
    text = TEXTS[error["type"]]
    return Sentence(_filled(text.zh, facts, " 或 "), _filled(text.en, facts, " or "))


def pointer_to(loc: Sequence[int | str], sent: Any, *, absent: bool) -> str:
    """An RFC 6901 pointer, without the union forms that pydantic inserts."""
    place, parts = sent, []
    for index, part in enumerate(loc):
        if _holds(place, part):
            place = place[part]
        elif not (absent and index == len(loc) - 1):
            continue
        parts.append(str(part).replace("~", "~0").replace("/", "~1"))
    return "".join(f"/{part}" for part in parts)


def _holds(place: Any, part: int | str) -> bool:
    if isinstance(place, list):
        return isinstance(part, int) and 0 <= part < len(place)
    return isinstance(place, Mapping) and part in place


def _filled(text: str, facts: Mapping[str, Any], between: str) -> str:
    values = {name: _shown(value, between) for name, value in facts.items()}
    return text.format_map(defaultdict(lambda: "…", values))


def _shown(value: Any, between: str) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("'", "").replace(" or ", between)
