"""A server that dies at any instant has told nobody of plays that it doesn't hold."""

import json
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from server.db.session import Database
from tests.support.clock import HOUR_MS, START_MS, HandClock
from tests.support.databases import open_plays, url_of
from tests.support.plays import in_batches, make_desk, make_programme

ROOT = Path(__file__).parents[3]
PROGRAMME = make_programme(START_MS)
BATCHES = in_batches(PROGRAMME, PROGRAMME.slots(START_MS, START_MS + HOUR_MS), 6)

pytestmark = pytest.mark.faults


class Player:
    """Hands in its log over and over, from what was acknowledged last on."""

    def __init__(self) -> None:
        self.upto = 0

    def hand_in(self, process: "subprocess.Popen[str]") -> None:
        """Go on until all is acknowledged or the server is gone."""
        assert process.stdin is not None
        assert process.stdout is not None
        while self.upto < 240:
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
def serving(store: str, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "tests.support.intake_process", store, *arguments]
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    yield process
    process.kill()
    process.wait(10)
    for pipe in (process.stdin, process.stdout):
        if pipe is not None and not pipe.closed:
            with suppress(BrokenPipeError):
                pipe.close()


@pytest.fixture
def store(plays: Database) -> str:
    return url_of(plays)


def recount(store: str) -> dict[str, int]:
    database = open_plays(store)
    desk = make_desk(database, HandClock())
    whole = desk.sql("PRAGMA integrity_check") if database.is_sqlite else [("ok",)]
    found = desk.totals() | {"logged": len(desk.verdicts())}
    database.engine.dispose()
    assert whole == [("ok",)]
    return found


def test_plays_whose_answer_was_lost_with_the_server_count_once(store: str) -> None:
    player = Player()
    for nth in ("1", "3", "2"):
        with serving(store, nth) as process:
            player.hand_in(process)

    with serving(store) as process:
        player.hand_in(process)

    assert player.upto == 240
    assert recount(store)["confirmed"] == 240
    assert recount(store)["logged"] == 240


def test_whenever_the_server_is_killed_totals_hold_what_was_acknowledged(store: str) -> None:
    player, chance = Player(), random.Random(3)
    for _ in range(4):
        with serving(store) as process:
            cut = threading.Timer(0.4 + chance.random() / 2, process.kill)
            cut.start()
            player.hand_in(process)
            cut.cancel()
        held = recount(store)
        assert held["logged"] == held["confirmed"] >= player.upto

    with serving(store) as process:
        player.hand_in(process)

    assert recount(store)["confirmed"] == 240
