"""Tags of screens and venues: how they lie in the tables, and which are in use."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, String, cast
from sqlalchemy.orm import InstrumentedAttribute

from server.foundation.pinyin import by_name


def written(tag: str) -> str:
    """A tag as it stands in a column: a JSON list has each in quotes, escaped."""
    return json.dumps(tag)


def has_tag(column: InstrumentedAttribute[list[object]], tag: str) -> ColumnElement[bool]:
    """SQL for the rows whose tags have this one."""
    return cast(column, String).contains(written(tag), autoescape=True)


def by_use(lists: Iterable[Sequence[str] | None]) -> list[tuple[str, int]]:
    """Each tag of some lists with how many have it, the commonest first."""
    counted = Counter(tag for tags in lists for tag in set(tags or ()))
    return sorted(counted.items(), key=lambda one: (-one[1], by_name(one[0])))
