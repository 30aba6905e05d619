"""Finds objects by id, code or name, which may be ambiguous."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from server.foundation.i18n import Sentence
from server.foundation.spreadsheets.cells import Unreadable
from server.inventory.imports.columns.cell_parsers import filled, key_of
from server.inventory.imports.row_faults import Wrong

Thing = TypeVar("Thing")

MOST_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Words:
    """Texts for a missing and for an ambiguous object."""

    missing: Sentence
    several: Sentence


@dataclass
class Names(Generic[Thing]):
    """Objects by exact keys (ids, codes) first, then by names."""

    words: Words
    label: Callable[[Thing], str]
    _exact: dict[str, Thing] = field(default_factory=dict)
    _named: defaultdict[str, list[Thing]] = field(default_factory=lambda: defaultdict(list))

    def add(self, thing: Thing, exact: Iterable[str | None], names: Iterable[str]) -> None:
        """Add an object under these keys and names."""
        self._exact.update({key_of(one): thing for one in exact if one})
        for name in {key_of(one) for one in names if one}:
            self._named[name].append(thing)

    def find(self, word: str, prefer: Callable[[Thing], bool] | None = None) -> Thing:
        """The object with this name; if ambiguous, the preferred one. Raises Unreadable."""
        key = key_of(word)
        if key in self._exact:
            return self._exact[key]
        found = self._named.get(key, [])
        if prefer is not None and len(found) > 1:
            found = [one for one in found if prefer(one)] or found
        if not found:
            raise Unreadable(filled(self.words.missing, word[:60]))
        if len(found) > 1:
            named = [self.label(one) for one in found[:MOST_NAMED]]
            zh, en = "、".join(named), ", ".join(named)
            raise Unreadable(
                Sentence(
                    self.words.several.zh.format(word[:60], zh),
                    self.words.several.en.format(word[:60], en),
                )
            )
        return found[0]

    def knows(self, word: str) -> bool:
        """Whether any object has this name."""
        return key_of(word) in self._exact or key_of(word) in self._named

    def is_alone(self, name: str) -> bool:
        """Whether this name is unambiguous."""
        key = key_of(name)
        return key not in self._exact and len(self._named.get(key, [])) == 1


def found_in(column: str, names: Names[Thing], word: str) -> Thing:
    """The object named by a cell. Raises Wrong with the column."""
    try:
        return names.find(word)
    except Unreadable as error:
        raise Wrong(column, error.detail) from error
