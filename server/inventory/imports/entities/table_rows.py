"""What rows of all tables have in common: which thing a row means, and what it would do."""

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
"""A row of a table in the database by the names of its columns, and its `id`."""
LONGEST_TOLD: Final = 60


def resolved(
    wishes: Iterable[Wish],
    unreadable: Sequence[RowFault],
    called: Callable[[Wish], object],
    read: Callable[[Wish], Entry],
) -> Outcome:
    """What the rows would do. `read` raises Wrong; a row with an unreadable cell is no entry."""
    outcome = Outcome(faults=list(unreadable))
    told = {(one.row, one.column) for one in unreadable}
    unread = {one.row for one in unreadable}
    for wish in wishes:
        outcome.names[wish.row] = str(called(wish) or "")
        try:
            entry = read(wish)
        except Wrong as error:
            # What can't be read is missing too: that needn't be said beside it.
            if (wish.row, error.column) not in told:
                outcome.wrong(wish.row, error.column, error.detail)
            continue
        if wish.row not in unread:
            outcome.entries.append(entry)
            outcome.names[wish.row] = entry.name
    return outcome


def with_id(things: Mapping[int, Thing], kind: str, text: str, missing: Sentence) -> Thing:
    """The thing behind a public id, of those that the person sees. Raises Wrong."""
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
    """The thing with this code or serial; None if it is nobody's. Raises Wrong if a stranger's."""
    if mark is None or mark not in marks:
        return None
    if marks[mark] not in things:
        raise Wrong(column, filled(taken, mark))
    return things[marks[mark]]


def require_free(
    marks: Mapping[str, int], column: str, mark: str | None, own: Thing | None, taken: Sentence
) -> None:
    """Raise Wrong if another thing than the row's own has this code or serial."""
    if mark is not None and mark in marks and marks[mark] != (own or {}).get("id"):
        raise Wrong(column, filled(taken, mark))


def named_so(
    found: list[Thing], column: str, mark: object, several: Callable[[list[Thing]], Sentence]
) -> Thing | None:
    """Which of those with a row's name it means: with a new code or serial one that has none yet.

    Raises Wrong if that may be more than one.
    """
    without = [one for one in found if one[column] is None]
    if mark or len(without) == 1:
        found = without
    if len(found) > 1:
        raise Wrong("name", several(found))
    return found[0] if found else None


def taken_up(target: Thing, values: Mapping[str, Any], by: Sequence[str]) -> tuple[Any, ...] | None:
    """What a thing is known by once a row has changed it, by these columns; None if as before."""
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
