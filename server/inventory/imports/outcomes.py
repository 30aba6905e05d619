"""The effect of a table: rows created, changed or unchanged, faults and notes."""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import orjson

from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.inventory.imports.row_faults import FAULTS_SHOWN, RowFault

Act = Literal["make", "change", "same"]
ITEMS_SHOWN: Final = 500
TWICE: Final = Sentence("与第 {} 行重复。", "The same as in row {}.")


@dataclass(frozen=True, slots=True)
class Entry:
    """A valid row: `values` to be written, `before`: the current ones."""

    row: int
    act: Act
    id: int | None
    name: str
    values: Mapping[str, Any]
    before: Mapping[str, Any]


@dataclass
class Outcome:
    """Entries by row, and faults, which prevent the import.

    `also` counts further created objects, by noun.
    """

    entries: list[Entry] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    notes: list[RowFault] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    also: Counter[str] = field(default_factory=Counter)

    def note(self, row: int, column: str, detail: Sentence) -> None:
        """Add a note: imported as it is, but suspicious."""
        self.notes.append(RowFault(row, column, detail))

    def in_order(self) -> None:
        """Sort by row."""
        self.faults.sort(key=lambda one: one.row)
        self.notes.sort(key=lambda one: one.row)


@dataclass
class Seen:
    """Keys used by rows of one table, with their rows."""

    rows: dict[object, int] = field(default_factory=dict)

    def twice(self, key: object, row: int) -> Sentence | None:
        """The fault if an earlier row has this key; else it is recorded for this row."""
        first = self.rows.setdefault(key, row)
        return None if first == row else TWICE.filled(first)


Shown = Callable[[str, Any], Any]
"""Formats a column's value for a cell."""


def entry_of(
    row: int, target: Mapping[str, Any] | None, values: Mapping[str, Any], name: str
) -> Entry:
    """A new object, or the changes of a row to an existing one."""
    if target is None:
        return Entry(row, "make", None, name, dict(values), {})
    changed = {key: value for key, value in values.items() if target[key] != value}
    before = {key: target[key] for key in changed}
    return Entry(row, "change" if changed else "same", target["id"], name, changed, before)


def document(
    kind: str, content: bytes, outcome: Outcome, unknown: Sequence[str], shown: Shown
) -> dict[str, Any]:
    """The answer of a check; `state` is a digest of all of it, including rows not listed."""
    outcome.in_order()
    acts = Counter(entry.act for entry in outcome.entries)
    listed = [one for one in outcome.entries if one.act != "same"][:ITEMS_SHOWN]
    return {
        "digest": hashlib.sha256(content).hexdigest(),
        "state": _state(outcome),
        "applied": False,
        "made": acts["make"],
        "changed": acts["change"],
        "unchanged": acts["same"],
        "also": dict(outcome.also),
        "items": [_item(kind, entry, shown) for entry in listed],
        "fault_count": len(outcome.faults),
        "faults": [_fault_document(one, outcome) for one in outcome.faults[:FAULTS_SHOWN]],
        "note_count": len(outcome.notes),
        "notes": [_fault_document(one, outcome) for one in outcome.notes[:FAULTS_SHOWN]],
        "unknown": list(unknown),
    }


def _item(kind: str, entry: Entry, shown: Shown) -> dict[str, Any]:
    changes = [
        {"column": name, "before": shown(name, entry.before[name]), "after": shown(name, value)}
        for name, value in (entry.values if entry.act == "change" else {}).items()
    ]
    return {
        "row": entry.row,
        "act": entry.act,
        "id": None if entry.id is None else public(kind, entry.id),
        "name": entry.name,
        "changes": changes,
    }


def _fault_document(one: RowFault, outcome: Outcome) -> dict[str, Any]:
    name = outcome.names.get(one.row, "")
    return {"row": one.row, "name": name, "column": one.column, "detail": one.detail}


def _state(outcome: Outcome) -> str:
    rows = [
        [one.row, one.act, one.id, dict(one.values), dict(one.before)] for one in outcome.entries
    ]
    messages = [[one.row, one.column, one.detail.en] for one in (*outcome.faults, *outcome.notes)]
    content = orjson.dumps([rows, messages], option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
    return hashlib.sha256(content).hexdigest()
