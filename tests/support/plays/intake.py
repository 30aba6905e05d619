"""Plays handed in to a process of its own, line by line, until one of them ends."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.app.clock import DAY_MS, HOUR_MS, START_MS, HandClock
from tests.support.app.databases import open_plays
from tests.support.patience import PATIENCE_S
from tests.support.plays.plays import in_batches, make_desk, make_programme

ROOT = Path(__file__).parents[3]
PROGRAMME = make_programme(START_MS)
BATCHES = in_batches(PROGRAMME, PROGRAMME.slots(START_MS, START_MS + HOUR_MS), 6)
ALL = 240
HANDED_IN_MS = START_MS + 2 * DAY_MS
"""The process's fixed clock."""


@dataclass
class Player:
    """Hands in its log over and over, from the last acknowledged play on."""

    upto: int = 0

    def hand_in(self, process: "subprocess.Popen[str]") -> None:
        """Go on until all is acknowledged or the server is gone."""
        assert process.stdin is not None
        assert process.stdout is not None
        while self.upto < ALL:
            batch: dict[str, Any] = BATCHES[self.upto // 6]
            try:
                process.stdin.write(json.dumps(batch) + "\n")
                process.stdin.flush()
            except BrokenPipeError:
                return
            answer = process.stdout.readline()
            if not answer:
                return
            self.upto = json.loads(answer)["upto"]


@contextmanager
def taking_in(
    store: str, *arguments: str, under: tuple[str, ...] = ()
) -> Iterator["subprocess.Popen[str]"]:
    """The process for the length of the block, maybe `under` a program that does it harm."""
    command = [
        *under,
        sys.executable,
        "-m",
        "tests.support.plays.intake_process",
        store,
        *arguments,
    ]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # Its output about the damage is expected.
        stderr=subprocess.DEVNULL if under else None,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(PATIENCE_S)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None and not pipe.closed:
                with suppress(BrokenPipeError):
                    pipe.close()


def recount(store: str) -> dict[str, int]:
    """What the store holds, by roll-ups and by its log; its database is whole."""
    database = open_plays(store)
    desk = make_desk(database, HandClock())
    whole = desk.sql("PRAGMA integrity_check") if database.is_sqlite else [("ok",)]
    found = desk.totals() | {"logged": len(desk.verdicts())}
    database.engine.dispose()
    assert whole == [("ok",)]
    return found
