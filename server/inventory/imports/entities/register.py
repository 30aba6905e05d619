"""The existing objects of a table, and how rows are matched to them."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from server.accounts.actor import forbidden
from server.foundation.errors import NotFound
from server.foundation.i18n import Sentence
from server.foundation.public_ids import number
from server.inventory.imports.columns.cell_parsers import key_of
from server.inventory.imports.entities.table_rows import Keys, Thing, taken_up
from server.inventory.imports.outcomes import Entry
from server.inventory.imports.row_faults import Wrong

LONGEST_QUOTED: Final = 60
NO_RIGHT: Final = forbidden().detail
Several = Callable[[str, list[Thing]], Sentence]
"""The fault of a row whose name several objects have."""


@dataclass
class Register:
    """Objects in the person's scope by number, and by place and name; marks of all.

    `mark`: the column of their code or serial, which is unique; `place`: of what they belong to, a
    unit or a venue. `missing`, `taken`: the faults of an unknown id, and of another object's mark.
    """

    kind: str
    mark: str
    place: str
    missing: Sentence
    taken: Sentence
    things: dict[int, Thing] = field(default_factory=dict)
    marks: dict[str, int] = field(default_factory=dict)
    named: defaultdict[tuple[int, str], list[Thing]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add(self, thing: Thing, *, in_scope: bool = True) -> None:
        """Add an object; of one outside the scope only the mark."""
        if thing[self.mark] is not None:
            self.marks[thing[self.mark]] = thing["id"]
        if in_scope:
            self.things[thing["id"]] = thing
            self.named[thing[self.place], key_of(thing["name"])].append(thing)

    def match(self, values: Mapping[str, Any], place: int | None, several: Several) -> Thing | None:
        """The object of a row: by id, by mark, else by name at its place. Raises Wrong."""
        found, name = self.marked(values), values.get("name")
        if found is not None or place is None or not name:
            return found
        return self.only(self.named.get((place, key_of(name)), []), values, several)

    def marked(self, values: Mapping[str, Any]) -> Thing | None:
        """The object with a row's id or mark; None if both are free. Raises Wrong out of scope."""
        if values.get("id"):
            try:
                return self.things[number(self.kind, values["id"])]
            except (NotFound, KeyError) as error:
                raise Wrong("id", self.missing.filled(values["id"][:LONGEST_QUOTED])) from error
        mark = values.get(self.mark)
        if mark is None or mark not in self.marks:
            return None
        if self.marks[mark] not in self.things:
            raise Wrong(self.mark, self.taken.filled(mark))
        return self.things[self.marks[mark]]

    def only(self, found: list[Thing], values: Mapping[str, Any], several: Several) -> Thing | None:
        """Of the objects with a row's name, for a row with a new mark the one that has none yet.

        Raises Wrong if that is ambiguous.
        """
        without = [one for one in found if one[self.mark] is None]
        if values.get(self.mark) or len(without) == 1:
            found = without
        if len(found) > 1:
            raise Wrong("name", several(values["name"], found))
        return found[0] if found else None

    def require_free(self, mark: str | None, own: Thing | None) -> None:
        """Raise Wrong if an object other than the row's own has this mark."""
        if mark is not None and mark in self.marks and self.marks[mark] != (own or {}).get("id"):
            raise Wrong(self.mark, self.taken.filled(mark))

    def keys(self, values: Mapping[str, Any], place: int | None, target: Thing | None) -> Keys:
        """Keys that no other row of the table may have."""
        mark = values.get(self.mark)
        keys: Keys = [(self.mark, (self.mark, mark))] if mark else []
        if target is not None:
            keys.append((self.mark if mark else "name", target["id"]))
            after = taken_up(target, values, (self.place, "name"))
            if after is not None and not mark and target[self.mark] is None:
                keys.append(("name", after))
        elif not mark and place is not None:
            keys.append(("name", (place, key_of(values.get("name") or ""))))
        return keys

    def require_right(self, entry: Entry, target: Thing | None, may: Callable[[int], bool]) -> None:
        """Raise Wrong unless the person may change objects where it was and where it will be."""
        for one in (entry.values, target or {}) if entry.act != "same" else ():
            if self.place in one and not may(one[self.place]):
                raise Wrong(self.place, NO_RIGHT)
