"""Search terms as typed: as words, and as SQL conditions."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, func, or_, true

MOST_WORDS: Final = 6
LONGEST: Final = 60
# Separators in plates and serial numbers, which people omit when typing.
BETWEEN: Final = "·-.: "

Beside = Callable[[str], Sequence[ColumnElement[bool]]]
"""Further conditions for a word: the name of a kind, an id."""


@dataclass(frozen=True)
class Typed:
    """`words` must all match; `squeezed` is the whole text without separators."""

    text: str
    words: tuple[str, ...]
    squeezed: str


def typed(text: str) -> Typed:
    """Normalizes full-width characters and case."""
    plain = unicodedata.normalize("NFKC", text).strip()[:LONGEST]
    return Typed(plain, tuple(plain.lower().split()[:MOST_WORDS]), squeezed(plain))


def squeezed(text: str) -> str:
    """The text without separators."""
    return "".join(sign for sign in text.lower() if sign not in BETWEEN)


def has_words(
    asked: Typed,
    columns: Sequence[Any],
    numbers: Sequence[Any] = (),
    beside: Beside = lambda _word: (),
) -> ColumnElement[bool]:
    """Condition: each word is in one of the columns, or the whole text in a number.

    Numbers match regardless of separators.
    """
    spoken = and_(true(), *(_in_any(word, columns, beside) for word in asked.words))
    if not numbers or not asked.squeezed:
        return spoken
    return or_(
        spoken, *(_squeezed(one).contains(asked.squeezed, autoescape=True) for one in numbers)
    )


def first(asked: Typed, column: Any) -> ColumnElement[int]:
    """Sort key: exact matches first, then prefixes, then substrings."""
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
