"""Wrong values of a request, found by pydantic, as pointers and sentences in both languages."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from server.foundation.errors import Fault, fault
from server.foundation.i18n import Sentence
from server.foundation.rest.validation_messages import PATTERNS, TEXTS

# Their last part names what isn't in the input.
_ABSENT: Final = frozenset({"missing", "missing_argument", "union_tag_not_found"})
MOST_FAULTS: Final = 100
_PATTERN: Final = "string_pattern_mismatch"


class UnusableValue(ValueError):
    """Raised by a validator of a body: why the value can't be used, in both languages."""

    def __init__(self, detail: Sentence) -> None:
        super().__init__(detail.en)
        self.detail = detail


def input_faults(errors: Iterable[Mapping[str, Any]], sent: Any) -> list[Fault]:
    """One fault for each place, for a union the first of its forms that says why; of the first
    `MOST_FAULTS` errors, as thousands of them would hold up others and be read by nobody.
    """
    found: dict[str, Fault] = {}
    for error in islice(errors, MOST_FAULTS):
        pointer = pointer_to(error["loc"], sent, absent=error["type"] in _ABSENT)
        found.setdefault(pointer, fault(pointer, worded(error)))
    return list(found.values())


def worded(error: Mapping[str, Any]) -> Sentence:
    """What is wrong and what to do."""
    facts = error.get("ctx", {})
    raised = facts.get("error")
    if isinstance(raised, UnusableValue):
        return raised.detail
    if error["type"] == _PATTERN and facts.get("pattern") in PATTERNS:
        return PATTERNS[facts["pattern"]]
    text = TEXTS[error["type"]]
    return Sentence(_filled(text.zh, facts, " 或 "), _filled(text.en, facts, " or "))


def pointer_to(loc: Sequence[int | str], sent: Any, *, absent: bool) -> str:
    """An RFC 6901 pointer, without the names of a union's forms that pydantic puts in between."""
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
    return text.format_map(_Known(values))


def _shown(value: Any, between: str) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("'", "").replace(" or ", between)


class _Known(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"
