"""Finds objects by id, code or name, which may be ambiguous."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.spreadsheets.cells import Unreadable
from server.inventory.imports.columns.cell_parsers import key_of, listed
from server.inventory.imports.row_faults import Wrong

MOST_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Found:
    """An object in the person's scope.

    `names`: by which a table may call it, the shortest first; `above`: the unit that is written
    before it where several have its name.
    """

    id: int
    name: str
    code: str | None
    above: str
    names: tuple[str, ...]


Thing = TypeVar("Thing", bound=Found)


@dataclass(frozen=True, slots=True)
class Words:
    """Texts for a missing and for an ambiguous object."""

    missing: Sentence
    several: Sentence


@dataclass
class Names(Generic[Thing]):
    """Objects of a kind by number, by exact keys (ids, codes), and by names."""

    kind: str
    words: Words
    by_id: dict[int, Thing] = field(default_factory=dict)
    _exact: dict[str, Thing] = field(default_factory=dict)
    _named: defaultdict[str, list[Thing]] = field(default_factory=lambda: defaultdict(list))

    def add(self, thing: Thing) -> None:
        """Add an object."""
        self.by_id[thing.id] = thing
        exact = (public(self.kind, thing.id), thing.code)
        self._exact.update({key_of(one): thing for one in exact if one})
        for name in {key_of(one) for one in thing.names if one}:
            self._named[name].append(thing)

    def called(self, number: int | None) -> str:
        """The shortest unambiguous name of an object."""
        thing = self.by_id.get(number or 0)
        if thing is None:
            return public(self.kind, number) if number else ""
        return next(filter(self.is_alone, thing.names), self._code(thing))

    def find(self, word: str, prefer: Callable[[Thing], bool] | None = None) -> Thing:
        """The object with this name; if ambiguous, the preferred one. Raises Unreadable."""
        key = key_of(word)
        if key in self._exact:
            return self._exact[key]
        found = self._named.get(key, [])
        if prefer is not None and len(found) > 1:
            found = [one for one in found if prefer(one)] or found
        if not found:
            raise Unreadable(self.words.missing.filled(word[:60]))
        if len(found) > 1:
            shown = found[:MOST_NAMED]
            named = [f"{one.above}{one.name}（{self._code(one)}）" for one in shown]
            raise Unreadable(self.words.several.filled(word[:60], listed(named)))
        return found[0]

    def has(self, word: str) -> bool:
        """Whether any object has this name."""
        return key_of(word) in self._exact or key_of(word) in self._named

    def is_alone(self, name: str) -> bool:
        """Whether this name is unambiguous."""
        key = key_of(name)
        return key not in self._exact and len(self._named.get(key, [])) == 1

    def _code(self, thing: Thing) -> str:
        return thing.code or public(self.kind, thing.id)


def found_in(column: str, names: Names[Thing], word: str) -> Thing:
    """The object named by a cell. Raises Wrong with the column."""
    try:
        return names.find(word)
    except Unreadable as error:
        raise Wrong(column, error.detail) from error
