"""From what became of tests to a verdict for each promise and each row."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tests.support.matrix.rows import Promise, Row
from tests.support.matrix.running import Note, of_test

PASS: Final = "pass"
SHORT: Final = "falls short"
NOT_YET: Final = "no test yet"
WORST_FIRST: Final = (SHORT, NOT_YET, PASS)
MOST_LINES: Final = 6
LONGEST_LINE: Final = 300
BOXES: Final = "│╭╰❱"
"""With these begin the lines of a traceback in the log."""
LOGGED: Final = re.compile(r"\S+ \S+ \[(debug|info|warning|error|critical) *\] ")


@dataclass(frozen=True)
class Judged:
    """A row with its verdict, its tests' time (s), its faults in words, and its tests' output."""

    row: Row
    verdict: str
    seconds: float
    tests: int
    faults: tuple[str, ...]
    figures: tuple[str, ...] = ()

    @property
    def ways(self) -> str:
        """By what means its tests show it, where that isn't plain."""
        ways = dict.fromkeys(one.way for one in self.row.promises if one.way)
        return "; ".join(ways)


def judge(row: Row, notes: Sequence[Note], *, long: bool = False) -> Judged:
    """A row holds if all of its promises do; `long` forms count where they were run."""
    by_test = {test: of_test(test, notes) for test in row.tests(long=long)}
    faults = [fault for promise in row.promises for fault in faults_of(promise, by_test, long=long)]
    verdicts = {verdict for verdict, _ in faults} or {PASS}
    mine = list({id(note): note for found in by_test.values() for note in found}.values())
    return Judged(
        row,
        next(one for one in WORST_FIRST if one in verdicts),
        sum(note.seconds for note in mine),
        len({note.test for note in mine}),
        tuple(f"{verdict}: {words}" for verdict, words in faults),
        tuple(figure for note in mine for figure in figures(note)),
    )


def figures(note: Note) -> list[str]:
    """What a test printed, by the sentence that is its name; its first lines alone, and no log."""
    lines = [line.strip() for line in note.output.splitlines()]
    printed = [line for line in lines if line and not LOGGED.match(line) and line[0] not in BOXES]
    printed = printed[:MOST_LINES]
    name = note.test.partition("::")[2].removeprefix("test_").replace("_", " ")
    return [f"{name}: {line[:LONGEST_LINE]}" for line in printed]


def faults_of(
    promise: Promise, by_test: Mapping[str, Sequence[Note]], *, long: bool = False
) -> list[tuple[str, str]]:
    """What keeps a promise from being shown."""
    tests = promise.tests(long=long)
    if not tests:
        why = promise.lacks or ("only in the long form" if promise.long else "")
        return [(NOT_YET, f"{promise.words} ({why})" if why else promise.words)]
    return [
        (SHORT, f"{promise.words}: {test}: {why}")
        for test in tests
        if (why := shortcoming(by_test[test]))
    ]


def shortcoming(notes: Sequence[Note]) -> str:
    """Why a test shows nothing; '' if it passed. One that was skipped has shown nothing either."""
    bad = [note for note in notes if note.outcome != "passed"]
    if bad:
        return f"{bad[0].outcome} {bad[0].why}".strip()
    return "" if notes else "was not run"
