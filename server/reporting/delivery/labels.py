"""Labels of a report's groups, in the order in which they are shown."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from server.foundation.civil_time import Civil
from server.foundation.durations import HOUR_MS
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.rest.resources import iso
from server.inventory.venues.kinds import KINDS
from server.reporting.delivery.grouping import GroupKey
from server.reporting.delivery.queries import names
from server.reporting.delivery.selection import GroupBy

NONE: Final = Sentence("（无）", "(none)")
NO_CAMPAIGN: Final = Sentence("（无任务）", "(no campaign)")
ID_KINDS: Final = {"territory": "unit"}


class Label(NamedTuple):
    """A group: its key, the field that names it in JSON with its value, and its name."""

    key: GroupKey
    field: str
    value: Any
    name: Sentence


def labels(
    session: Session,
    group_by: GroupBy,
    keys: Iterable[GroupKey],
    civil: Civil,
    venue_by_screen: Mapping[int, int] | None = None,
) -> list[Label]:
    """The labels of rows, sorted by key; a screen is named by its venue as in `venue_by_screen`."""
    ordered = sorted(keys)
    if group_by == "day":
        return [_day(key) for key in ordered]
    if group_by == "hour":
        return [_hour(key, civil) for key in ordered]
    if group_by == "venue_kind":
        return [_kind(key) for key in ordered]
    numbers = [key for key in ordered if isinstance(key, int)]
    found = names(session, group_by, numbers, venue_by_screen)
    return [label_of(group_by, key, found.get(key)) for key in numbers]


def label_of(group_by: GroupBy, key: int, name: str | None) -> Label:
    """The label of a row's number; without a name its public id is its name."""
    field = "line" if group_by == "line" else f"{group_by}_id"
    if key == 0:
        return Label(key, field, None, NO_CAMPAIGN if group_by == "campaign" else NONE)
    value = public(ID_KINDS.get(group_by, group_by), key)
    return Label(key, field, value, Sentence(name or value, name or value))


def kind_name(code: str) -> Sentence:
    """The name of a kind of venue; one that isn't known is named by its code."""
    kind = KINDS.get(code)
    return kind.name if kind else Sentence(code, code)


def _day(key: GroupKey) -> Label:
    text = date.fromordinal(int(key)).isoformat() if isinstance(key, int) else str(key)
    return Label(key, "day", text, Sentence(text, text))


def _hour(key: GroupKey, civil: Civil) -> Label:
    day, hour = key if isinstance(key, tuple) else (0, 0)
    text = iso(civil.start_of(day) + hour * HOUR_MS, civil.zone) or ""
    name = text[:16].replace("T", " ")
    return Label(key, "hour", text, Sentence(name, name))


def _kind(key: GroupKey) -> Label:
    return Label(key, "venue_kind", key, kind_name(str(key)))
