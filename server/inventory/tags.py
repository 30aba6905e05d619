"""Tags of screens and venues: their stored form, and counts."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, String, cast
from sqlalchemy.orm import InstrumentedAttribute

from server.foundation.pinyin import by_name


def written(tag: str) -> str:
    """A tag in a column's text: a JSON list has each in quotes, escaped."""
    return json.dumps(tag)


def has_tag(column: InstrumentedAttribute[list[object]], tag: str) -> ColumnElement[bool]:
    """SQL condition: the row has this tag."""
    return cast(column, String).contains(written(tag), autoescape=True)


def by_use(lists: Iterable[Sequence[str] | None]) -> list[tuple[str, int]]:
    """Each tag of some lists with its count, most frequent first."""
    counted = Counter(tag for tags in lists for tag in set(tags or ()))
    return sorted(counted.items(), key=lambda one: (-one[1], by_name(one[0])))
