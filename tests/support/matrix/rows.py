"""The form of a row: promises, each with the tests that show it."""

from dataclasses import dataclass
from typing import Final

JAVASCRIPT: Final = ".test.js"
POSTGRESQL: Final = "postgresql:"
"""Before the name of a test that is run there once more."""


@dataclass(frozen=True)
class Promise:
    """One thing that must hold, in words.

    `shown_by` names tests: `FILE::FUNCTION` of pytest, `FILE::TITLE` of node's runner, or a FILE of
    either for all that it has. Without any nothing shows it yet. `way` names the means, where that
    isn't plain; `long` names forms that are part of `make soak`; `lacks` the missing evidence;
    `on_postgresql` those of `shown_by` that show it there, too.
    """

    words: str
    shown_by: tuple[str, ...] = ()
    way: str = ""
    long: tuple[str, ...] = ()
    lacks: str = ""
    on_postgresql: tuple[str, ...] = ()

    def tests(self, *, long: bool = False) -> tuple[str, ...]:
        """Its short forms, or all."""
        there = (f"{POSTGRESQL}{one}" for one in self.on_postgresql)
        return (*self.shown_by, *there, *(self.long if long else ()))


@dataclass(frozen=True)
class Row:
    """A row of a matrix."""

    number: int
    name: str
    zh: str
    promises: tuple[Promise, ...]

    def tests(self, *, long: bool = False) -> tuple[str, ...]:
        """The short forms, or all, each once, in their order."""
        found = (one for promise in self.promises for one in promise.tests(long=long))
        return tuple(dict.fromkeys(found))


def file_of(test: str) -> str:
    """The file of a test."""
    return test.removeprefix(POSTGRESQL).partition("::")[0]


def is_javascript(test: str) -> bool:
    """Whether node runs it."""
    return file_of(test).endswith(JAVASCRIPT)
