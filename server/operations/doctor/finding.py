"""One line of the doctor's: what was looked at, how it is, what to do."""

from dataclasses import dataclass
from enum import StrEnum

from server.foundation.i18n import Sentence


class State(StrEnum):
    """How it is; only `bad` makes the command fail."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """What one check came to."""

    name: Sentence
    state: State
    detail: Sentence

    def text(self) -> str:
        """As one line."""
        mark = {State.OK: "✓", State.WARN: "!", State.BAD: "✗"}[self.state]
        name, said = self.name, self.detail
        return f"{mark} {self.state:<4} {name.zh} {name.en}: {said.zh} {said.en}"


def ok(name: Sentence, zh: str, en: str) -> Finding:
    """All is well."""
    return Finding(name, State.OK, Sentence(zh, en))


def warn(name: Sentence, zh: str, en: str) -> Finding:
    """It works, and something should be done."""
    return Finding(name, State.WARN, Sentence(zh, en))


def bad(name: Sentence, zh: str, en: str) -> Finding:
    """It doesn't work, or won't for long."""
    return Finding(name, State.BAD, Sentence(zh, en))
