"""Matching of rows common to all tables: the object of a row, and its effect."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from server.inventory.imports.columns.cell_parsers import key_of
from server.inventory.imports.columns.fields import ParsedRow
from server.inventory.imports.outcomes import Entry, Outcome, Seen
from server.inventory.imports.row_faults import RowFault, Wrong

Thing = dict[str, Any]
"""A database row by column names, with its `id`."""
Keys = list[tuple[str, object]]
"""Columns, each with a key that only one row of the table may have."""


def resolved(
    rows: Iterable[ParsedRow],
    unreadable: Sequence[RowFault],
    called: Callable[[ParsedRow], object],
    read: Callable[[Seen, ParsedRow], Entry],
) -> Outcome:
    """The effect of the rows. `read` raises Wrong; a row with an unreadable cell is no entry."""
    outcome, seen = Outcome(faults=list(unreadable)), Seen()
    reported = {(one.row, one.column) for one in unreadable}
    unread = {one.row for one in unreadable}
    for parsed in rows:
        outcome.names[parsed.row] = str(called(parsed) or "")
        try:
            entry = read(seen, parsed)
        except Wrong as error:
            # An unreadable cell also counts as missing, which needn't be reported again.
            if (parsed.row, error.column) not in reported:
                outcome.faults.append(RowFault(parsed.row, error.column, error.detail))
            continue
        if parsed.row not in unread:
            outcome.entries.append(entry)
            outcome.names[parsed.row] = entry.name
    return outcome


def taken_up(target: Thing, values: Mapping[str, Any], by: Sequence[str]) -> tuple[Any, ...] | None:
    """An object's identifying columns after a row's change; None if unchanged."""
    after = tuple(_plain(values.get(one, target[one])) for one in by)
    return None if after == tuple(_plain(target[one]) for one in by) else after


def _plain(value: Any) -> Any:
    return key_of(value) if isinstance(value, str) else value


def check_twice(seen: Seen, row: int, keys: Keys) -> None:
    """Raise Wrong at the column of the first key that an earlier row has."""
    for column, key in keys:
        twice = seen.twice(key, row)
        if twice is not None:
            raise Wrong(column, twice)
