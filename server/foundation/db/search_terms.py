"""What a person typed to find something: as words, and as SQL for the rows that have them."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, func, or_, true

MOST_WORDS: Final = 6
LONGEST: Final = 60
# What stands between the parts of a plate or of a serial number, and is left out when typed.
BETWEEN: Final = "·-.: "

Beside = Callable[[str], Sequence[ColumnElement[bool]]]
"""What else a word may mean than a part of a column: the name of a kind, an id."""


@dataclass(frozen=True)
class Typed:
    """`words` must all be found; `squeezed` is all of it without what stands between."""

    text: str
    words: tuple[str, ...]
    squeezed: str


def typed(text: str) -> Typed:
    """Full-width signs as their usual forms; in lower case, as comparing is."""
    plain = unicodedata.normalize("NFKC", text).strip()[:LONGEST]
    return Typed(plain, tuple(plain.lower().split()[:MOST_WORDS]), squeezed(plain))


def squeezed(text: str) -> str:
    """Without what stands between the parts of a number."""
    return "".join(sign for sign in text.lower() if sign not in BETWEEN)


def has_words(
    asked: Typed,
    columns: Sequence[Any],
    numbers: Sequence[Any] = (),
    beside: Beside = lambda _word: (),
) -> ColumnElement[bool]:
    """Each word in one of the columns; or all of it in a number, whatever stands between there."""
    spoken = and_(true(), *(_in_any(word, columns, beside) for word in asked.words))
    if not numbers or not asked.squeezed:
        return spoken
    return or_(
        spoken, *(_squeezed(one).contains(asked.squeezed, autoescape=True) for one in numbers)
    )


def first(asked: Typed, column: Any) -> ColumnElement[int]:
    """Sorts what is called just so before what begins so, and that before what only has it."""
    lowered = func.lower(column)
    word = asked.text.lower()
    return case((lowered == word, 0), (lowered.startswith(word, autoescape=True), 1), else_=2)


def _in_any(word: str, columns: Sequence[Any], beside: Beside) -> ColumnElement[bool]:
    found = [func.lower(column).contains(word, autoescape=True) for column in columns]
    return or_(*found, *beside(word))


def _squeezed(column: Any) -> ColumnElement[str]:
    found: ColumnElement[str] = func.lower(column)
    for sign in BETWEEN:
        found = func.replace(found, sign, "")
    return found
