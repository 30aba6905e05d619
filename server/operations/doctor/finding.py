"""One line of the doctor: the check, its state, and the remedy."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from server.foundation.i18n import Sentence


class State(StrEnum):
    """The state; only `bad` makes the command fail."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """The result of one check."""

    name: "Check"
    state: State
    detail: Sentence

    def text(self) -> str:
        """The finding as one line."""
        mark = {State.OK: "✓", State.WARN: "!", State.BAD: "✗"}[self.state]
        name, detail = self.name, self.detail
        return f"{mark} {self.state:<4} {name.zh} {name.en}: {detail.zh} {detail.en}"


class Check(NamedTuple):
    """A check by its name; makes its findings."""

    zh: str
    en: str

    def ok(self, zh: str, en: str) -> Finding:
        """All is well."""
        return Finding(self, State.OK, Sentence(zh, en))

    def warn(self, zh: str, en: str) -> Finding:
        """It works, but action is advisable."""
        return Finding(self, State.WARN, Sentence(zh, en))

    def bad(self, zh: str, en: str) -> Finding:
        """It doesn't work, or won't for long."""
        return Finding(self, State.BAD, Sentence(zh, en))
