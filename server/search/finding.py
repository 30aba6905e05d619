"""SQL for "all of these words are in these columns", and for what comes first."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_

from server.search.words import BETWEEN, Typed
from server.venues.kinds import KINDS
from server.venues.models import Venue


def has_words(
    asked: Typed, columns: Sequence[Any], numbers: Sequence[Any] = ()
) -> ColumnElement[bool]:
    """Each word in one of the columns; or all of it in a number, whatever stands between there."""
    spoken = and_(*(_in_any(word, columns) for word in asked.words))
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


def _in_any(word: str, columns: Sequence[Any]) -> ColumnElement[bool]:
    found = [func.lower(column).contains(word, autoescape=True) for column in columns]
    kinds = [code for code, kind in KINDS.items() if word in kind.name.zh.lower()]
    if kinds and Venue.name in columns:
        found.append(Venue.kind.in_(kinds))
    return or_(*found)


def _squeezed(column: Any) -> ColumnElement[str]:
    found: ColumnElement[str] = func.lower(column)
    for sign in BETWEEN:
        found = func.replace(found, sign, "")
    return found
