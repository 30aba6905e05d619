"""One line of the doctor: the check, its state, and the remedy."""

from dataclasses import dataclass
from enum import StrEnum

from server.foundation.i18n import Sentence


class State(StrEnum):
    """The state; only `bad` makes the command fail."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """The result of one check."""

    name: Sentence
    state: State
    detail: Sentence

    def text(self) -> str:
        """The finding as one line."""
        mark = {State.OK: "✓", State.WARN: "!", State.BAD: "✗"}[self.state]
        name, said = self.name, self.detail
        return f"{mark} {self.state:<4} {name.zh} {name.en}: {said.zh} {said.en}"


def ok(name: Sentence, zh: str, en: str) -> Finding:
    """All is well."""
    return Finding(name, State.OK, Sentence(zh, en))


def warn(name: Sentence, zh: str, en: str) -> Finding:
    """It works, but action is advisable."""
    return Finding(name, State.WARN, Sentence(zh, en))


def bad(name: Sentence, zh: str, en: str) -> Finding:
    """It doesn't work, or won't for long."""
    return Finding(name, State.BAD, Sentence(zh, en))
