"""Rows that find their object by its name while another row gives a second one the same name.

Such a table could be imported once: afterwards nobody could know which of the two the row means.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from server.foundation.i18n import Sentence
from server.inventory.imports.columns.cell_parsers import key_of
from server.inventory.imports.columns.fields import ParsedRow
from server.inventory.imports.entities.register import Register
from server.inventory.imports.entities.table_rows import Thing
from server.inventory.imports.outcomes import Entry, Outcome, Seen
from server.inventory.imports.row_faults import RowFault

SHARED: Final = Sentence(
    "第 {} 行也用这个名称，导入后会分不清；请在本行写编号、序列号或系统编号。",
    "Row {} gives another one this name too, and afterwards they couldn't be told apart: write "
    "the code, serial or id in this row.",
)
Name = tuple[object, ...]
Found = tuple[str, Name]
"""The column by which a row has found its object, and the name there."""


@dataclass
class SharedNames:
    """The names by which the rows of one table find objects of a register, and those they give."""

    register: Register
    _found_by: dict[int, Found] = field(default_factory=dict)

    def names_of(self, thing: Thing) -> tuple[Name, ...]:
        """All names by which a row could find an object."""
        return ((thing[self.register.place], key_of(thing["name"])),)

    def found_by(self, _values: Mapping[str, Any], target: Thing) -> Found:
        """How a row without id and mark has found its object."""
        return "name", self.names_of(target)[0]

    def noting(
        self, read: Callable[[Seen, ParsedRow], Entry]
    ) -> Callable[[Seen, ParsedRow], Entry]:
        """The same function, by which the names of rows are recorded."""

        def read_and_note(seen: Seen, parsed: ParsedRow) -> Entry:
            entry = read(seen, parsed)
            has_mark = parsed.values.get("id") or parsed.values.get(self.register.mark)
            if entry.id is not None and not has_mark:
                target = self.register.things[entry.id]
                self._found_by[entry.row] = self.found_by(parsed.values, target)
            return entry

        return read_and_note

    def report(self, outcome: Outcome) -> None:
        """Turn entries whose objects the same rows would no longer find into faults."""
        given = self._given(outcome)
        kept: list[Entry] = []
        for entry in outcome.entries:
            column, name = self._found_by.get(entry.row, ("", ()))
            other = given.get(name)
            if other is None or (other.has_mark and self._is_preferred(entry)):
                kept.append(entry)
            else:
                outcome.faults.append(RowFault(entry.row, column, SHARED.filled(other.row)))
        outcome.entries = kept

    def _is_preferred(self, entry: Entry) -> bool:
        """Whether a row without a mark finds this object before any that has one."""
        return entry.id is not None and self.register.things[entry.id][self.register.mark] is None

    def _given(self, outcome: Outcome) -> dict[Name, "_Given"]:
        found: dict[Name, _Given] = {}
        for entry in outcome.entries:
            before = {} if entry.id is None else self.register.things[entry.id]
            after = {self.register.mark: None, **before, **entry.values}
            given = _Given(entry.row, has_mark=after[self.register.mark] is not None)
            former = self.names_of(before) if before else ()
            for name in self.names_of(after):
                if name not in former and found.get(name, given).has_mark:
                    found[name] = given
        return found


@dataclass(frozen=True)
class _Given:
    """The row that gives an object a name; of several one whose object has no mark."""

    row: int
    has_mark: bool
