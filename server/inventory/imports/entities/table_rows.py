"""Matching of rows common to all tables: the object of a row, and its effect."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from server.foundation.errors import NotFound
from server.foundation.i18n import Sentence
from server.foundation.public_ids import number
from server.inventory.imports.columns.cell_parsers import filled, key_of
from server.inventory.imports.columns.fields import Wish
from server.inventory.imports.outcomes import Entry, Outcome, Seen
from server.inventory.imports.row_faults import RowFault, Wrong

Thing = dict[str, Any]
"""A database row by column names, with its `id`."""
LONGEST_TOLD: Final = 60


def resolved(
    wishes: Iterable[Wish],
    unreadable: Sequence[RowFault],
    called: Callable[[Wish], object],
    read: Callable[[Wish], Entry],
) -> Outcome:
    """The effect of the rows. `read` raises Wrong; a row with an unreadable cell is no entry."""
    outcome = Outcome(faults=list(unreadable))
    told = {(one.row, one.column) for one in unreadable}
    unread = {one.row for one in unreadable}
    for wish in wishes:
        outcome.names[wish.row] = str(called(wish) or "")
        try:
            entry = read(wish)
        except Wrong as error:
            # An unreadable cell also counts as missing, which needn't be reported again.
            if (wish.row, error.column) not in told:
                outcome.wrong(wish.row, error.column, error.detail)
            continue
        if wish.row not in unread:
            outcome.entries.append(entry)
            outcome.names[wish.row] = entry.name
    return outcome


def with_id(things: Mapping[int, Thing], kind: str, text: str, missing: Sentence) -> Thing:
    """The object with a public id, within the person's scope. Raises Wrong."""
    try:
        return things[number(kind, text)]
    except (NotFound, KeyError) as error:
        raise Wrong("id", filled(missing, text[:LONGEST_TOLD])) from error


def with_mark(
    things: Mapping[int, Thing],
    marks: Mapping[str, int],
    column: str,
    mark: str | None,
    taken: Sentence,
) -> Thing | None:
    """The object with this code or serial; None if free. Raises Wrong outside the scope."""
    if mark is None or mark not in marks:
        return None
    if marks[mark] not in things:
        raise Wrong(column, filled(taken, mark))
    return things[marks[mark]]


def require_free(
    marks: Mapping[str, int], column: str, mark: str | None, own: Thing | None, taken: Sentence
) -> None:
    """Raise Wrong if an object other than the row's own has this code or serial."""
    if mark is not None and mark in marks and marks[mark] != (own or {}).get("id"):
        raise Wrong(column, filled(taken, mark))


def named_so(
    found: list[Thing], column: str, mark: object, several: Callable[[list[Thing]], Sentence]
) -> Thing | None:
    """The object with a row's name; with a new code or serial the one that has none yet.

    Raises Wrong if that is ambiguous.
    """
    without = [one for one in found if one[column] is None]
    if mark or len(without) == 1:
        found = without
    if len(found) > 1:
        raise Wrong("name", several(found))
    return found[0] if found else None


def taken_up(target: Thing, values: Mapping[str, Any], by: Sequence[str]) -> tuple[Any, ...] | None:
    """An object's identifying columns after a row's change; None if unchanged."""
    after = tuple(_plain(values.get(one, target[one])) for one in by)
    return None if after == tuple(_plain(target[one]) for one in by) else after


def _plain(value: Any) -> Any:
    return key_of(value) if isinstance(value, str) else value


def check_twice(seen: Seen, row: int, keys: Iterable[tuple[str, object]]) -> None:
    """Raise Wrong at the column of the first key that an earlier row has."""
    for column, key in keys:
        twice = seen.twice(key, row)
        if twice is not None:
            raise Wrong(column, twice)
