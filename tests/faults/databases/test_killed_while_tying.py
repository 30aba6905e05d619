"""The bundling process is killed again and again while plays come in: nothing is lost.

In the end the store equals one without any bundles, row by row.
"""

import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from server.playlog.model.screen_context import Tenure
from tests.support.app.clock import DAY_MS, START_MS, HandClock
from tests.support.app.databases import ON_POSTGRES, fresh_plays, open_plays, url_of
from tests.support.patience import PATIENCE_S
from tests.support.plays.bundling import everything, rows, tie
from tests.support.plays.intake import HANDED_IN_MS, ROOT, taking_in
from tests.support.plays.plays import Desk, in_batches, make_desk, make_programme
from tests.support.processes.strace import killing_at

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.timeout(600), pytest.mark.long]

PROGRAMME = make_programme(START_MS)
ONES = in_batches(PROGRAMME, PROGRAMME.slots(START_MS, START_MS + 2 * DAY_MS), 1)
"""More than any form below comes to: there is something to tie as long as somebody is killed."""
ENOUGH, PAUSE_S = 240, 0.05
KILLS, MANY_KILLS = 4, 60
SOME = (1, 4, 9, 14, 22, 37)
MANY = range(1, 101)


@dataclass
class Screen(threading.Thread):
    """Hands in one play after the other, and some of them again; `upto` is acknowledged.

    It goes on until it is `over`, with as many as are enough at least.
    """

    process: "subprocess.Popen[str]"
    over: threading.Event = field(default_factory=threading.Event)
    upto: int = 0
    failure: str = ""
    dice: random.Random = field(default_factory=lambda: random.Random(7))

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        """Until it is over."""
        try:
            for batch in ONES:
                self.upto = self._answer(batch)["upto"]
                self._again()
                if self.over.is_set() and self.upto >= ENOUGH:
                    break
        except (AssertionError, ValueError, OSError) as error:
            self.failure = repr(error)

    def _again(self) -> None:
        """One that is held, maybe in a sheaf: the answer is the same as ever."""
        again = self._answer(ONES[self.dice.randrange(self.upto)])
        assert again == {"boot": ONES[0]["boot"], "upto": self.upto, "quarantined": []}
        if not self.over.is_set():
            time.sleep(PAUSE_S)

    def _answer(self, batch: dict[str, Any]) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(batch) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer


@contextmanager
def tying(store: str, *under: str) -> Iterator["subprocess.Popen[str]"]:
    """The process that ties, for the length of the block at most."""
    process = subprocess.Popen(
        [*under, sys.executable, "-m", "tests.support.plays.bundling_process", store],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(PATIENCE_S)
        if process.stdout is not None:
            process.stdout.close()


def tied_before_it_dies(store: str, dice: random.Random) -> int:
    """The number of batches it reported as bundled, killed with -9 some ms after the first."""
    tied = 0
    with tying(store) as process:
        for line in process.stdout or ():
            tied += int(line)
            if tied:
                break
        time.sleep(0.02 * dice.random())
    return tied


def desk_of(store: str) -> Desk:
    tenures = [Tenure(PROGRAMME.digest, START_MS)]
    desk = make_desk(open_plays(store), HandClock(HANDED_IN_MS), tenures=tenures)
    desk.air(PROGRAMME)
    return desk


def untouched(folder: Path, count: int) -> dict[str, Any]:
    """What a store holds of which nothing was ever tied."""
    desk = desk_of(url_of(fresh_plays(folder / "untouched")))
    for batch in ONES[:count]:
        desk.take(batch)
    return everything(desk)


def agrees(store: str, as_it_came: dict[str, Any]) -> None:
    """All was counted once, and each row is as it came; the database is whole."""
    desk, count = desk_of(store), len(as_it_came["batches"])
    if not ON_POSTGRES:
        assert desk.sql("PRAGMA integrity_check") == [("ok",)]
    assert desk.totals()["confirmed"] == count
    assert everything(desk) == as_it_came
    tie(desk)
    assert rows(desk) < count / 10
    assert everything(desk) == as_it_came


def fights(folder: Path, kills: int) -> None:
    """So many kills of who ties, while a screen hands in."""
    store, dice = url_of(fresh_plays(folder)), random.Random(3)
    with taking_in(store) as process:
        screen = Screen(process)
        screen.start()
        tied = [tied_before_it_dies(store, dice) for _ in range(kills)]
        assert screen.is_alive(), screen.failure
        screen.over.set()
        screen.join(300)

    print(f"{screen.upto} plays; tied before each kill: {tied}")
    assert not screen.failure, screen.failure
    assert min(tied) > 0
    agrees(store, untouched(folder, screen.upto))


def test_who_ties_is_killed_while_plays_come_in_and_come_again(tmp_path: Path) -> None:
    fights(tmp_path, KILLS)


@pytest.mark.soak
def test_sixty_kills(tmp_path: Path) -> None:
    fights(tmp_path, MANY_KILLS)


def dies_at(nth: int, folder: Path, as_it_came: dict[str, Any]) -> None:
    """At its nth write to the database all is as before a transaction, or as after it."""
    store = url_of(fresh_plays(folder))
    desk = desk_of(store)
    for batch in ONES[:ENOUGH]:
        desk.take(batch)
    desk.committer.close()
    with tying(store, *killing_at(nth)) as process:
        for _ in process.stdout or ():
            if process.poll() is not None:
                break
        process.wait(PATIENCE_S)
    agrees(store, as_it_came)


@pytest.mark.skipif(ON_POSTGRES, reason="PostgreSQL writes in a process of its own")
@pytest.mark.parametrize("nth", SOME)
def test_at_whatever_write_it_dies_nothing_is_half(nth: int, tmp_path: Path) -> None:
    dies_at(nth, tmp_path, untouched(tmp_path, ENOUGH))


@pytest.mark.soak
@pytest.mark.skipif(ON_POSTGRES, reason="PostgreSQL writes in a process of its own")
def test_at_each_of_the_first_hundred_writes(tmp_path: Path) -> None:
    as_it_came = untouched(tmp_path, ENOUGH)
    for nth in MANY:
        dies_at(nth, tmp_path / str(nth), as_it_came)
