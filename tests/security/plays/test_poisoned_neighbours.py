"""What one screen hands in keeps no other's plays from being stored, whatever it is."""

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest

from server.foundation.db.session import Database
from server.foundation.errors import Busy
from server.playlog.store.commit_jobs import Job
from server.playlog.store.group_commit import Committer
from server.playlog.store.snapshot import snapshot
from server.playlog.store.transaction import Tx
from tests.support.app.clock import MINUTE_MS, START_MS
from tests.support.app.databases import ON_POSTGRES, another_writer, fresh_plays
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.plays.on_air import hand_in, put_on_air
from tests.support.plays.plays import (
    BOOT,
    held_at_work,
    make_batch,
    make_committer,
    make_programme,
)
from tests.support.reporting.reports import totals

PROGRAMME = make_programme(START_MS)
SLOTS = PROGRAMME.slots(START_MS, START_MS + MINUTE_MS)
POISONS = {
    "the connection breaks": psycopg.OperationalError if ON_POSTGRES else sqlite3.OperationalError,
    "the database is at a loss": psycopg.InternalError if ON_POSTGRES else sqlite3.DatabaseError,
}


@pytest.fixture
def plays(tmp_path: Path) -> Iterator[Database]:
    database = fresh_plays(tmp_path)
    yield database
    database.engine.dispose()


@pytest.fixture
def committer(plays: Database) -> Iterator[Committer]:
    made = make_committer(plays)
    made.start()
    yield made
    made.stop()


def note(text: str) -> Any:
    return lambda tx: tx.run("INSERT INTO names (text) VALUES (?)", (text,))


def noted(database: Database) -> list[str]:
    with snapshot(database) as tx:
        return sorted(row[0] for row in tx.rows("SELECT text FROM names"))


@pytest.mark.slow
@pytest.mark.parametrize("poison", POISONS)
def test_work_that_spoils_the_transaction_spoils_no_neighbours_work(
    plays: Database, committer: Committer, poison: str
) -> None:
    jobs: dict[str, Job[Any]] = {}
    words = [f"honest {number}" for number in range(20)]

    def spoils(_tx: Tx) -> None:
        raise POISONS[poison]

    with held_at_work(committer):
        for word in [*words[:10], "poison", *words[10:]]:
            work = spoils if word == "poison" else note(word)
            committer.submit_then(work, lambda job, word=word: jobs.update({word: job}))
    committer.submit(note("the next one"))

    with pytest.raises(Busy):
        jobs["poison"].result()
    assert [jobs[word].result() for word in words] == [None] * 20
    assert noted(plays) == sorted([*words, "the next one"])


@pytest.mark.slow
@pytest.mark.parametrize("poison", POISONS)
def test_a_caller_during_forged_batches_alone_isnt_turned_away(
    plays: Database, committer: Committer, poison: str
) -> None:
    enough = threading.Event()
    refused: list[bool] = []

    def poisoner() -> None:
        def spoils(_tx: Tx) -> None:
            raise POISONS[poison]

        while not enough.is_set():
            with pytest.raises(Busy):
                committer.submit(spoils)
            refused.append(True)

    with ThreadPoolExecutor(2) as pool:
        attack = pool.submit(poisoner)
        try:
            for number in range(30):
                committer.submit(note(str(number)))
        finally:
            enough.set()
        attack.result()

    assert refused
    assert len(noted(plays)) == 30


@pytest.mark.slow
def test_a_store_that_is_held_costs_one_wait_and_not_one_for_each(
    plays: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.playlog.store.group_commit.LOCK_MS", 50)
    committer, begun = make_committer(plays), []
    begin = committer._begin

    def counted(lock_ms: int) -> Tx:
        begun.append(True)
        return begin(lock_ms)

    monkeypatch.setattr(committer, "_begin", counted)
    group = [Job[None](note(str(number)), lambda _job: None) for number in range(100)]
    with another_writer(plays):
        committer._commit(group)

    for job in group:
        with pytest.raises(Busy):
            job.result()
    assert begun == [True]
    assert noted(plays) == []


NAMES = {
    "in capitals": "A" * 64,
    "too short": "a" * 63,
    "with a line": "a" * 63 + "\n",
    "a path": "../../etc/passwd",
    "of other letters": "é" * 64,
}
NO_NAMES = {
    "of forty thousand characters": "A" * 40_000,
    "of sixty-five": "a" * 65,
    "of none": "",
    "with NUL": "a" * 63 + "\0",
}


@pytest.fixture
def screens(world: World) -> list[BoundScreen]:
    """Two screens with a plan on air; the first one sends forged plays."""
    made = [make_screen(world, enrolled_at=START_MS) for _ in range(2)]
    for one in made:
        put_on_air(world, one, PROGRAMME, START_MS)
    world.clock.at_ms = START_MS + 10 * MINUTE_MS
    return made


def named(name: str) -> dict[str, Any]:
    """Four plays, of which the second names this file."""
    batch = make_batch(PROGRAMME, SLOTS)
    batch["assets"][batch["asset"][1]] = name
    return batch


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_a_file_that_is_no_digest_is_one_bad_value_beside_honest_plays(
    world: World, screens: list[BoundScreen], name: str
) -> None:
    answers = [hand_in(world, screens[0], named(NAMES[name])) for _ in range(2)]
    beside: Any = hand_in(world, screens[1], make_batch(PROGRAMME, SLOTS)).json

    aside = [{"seq": 2, "reason": "bad_value"}]
    assert [(one.status_code, one.json) for one in answers] == [
        (200, {"boot": BOOT, "upto": 4, "quarantined": aside})
    ] * 2
    assert beside == {"boot": BOOT, "upto": 4, "quarantined": []}
    assert totals(sign_in(world, "reviewer").client).get("confirmed") == 3 + 4
    with snapshot(world.core.plays) as tx:
        assert tx.rows("SELECT flagged_at FROM logs WHERE flagged_at IS NOT NULL") == []
        kept = {row[0] for row in tx.rows("SELECT asset FROM items")}
    assert kept == {"", *(slot.asset for slot in SLOTS)}


@pytest.mark.parametrize("name", NO_NAMES)
def test_a_text_that_is_no_name_at_all_refuses_its_own_batch_and_keeps_up_nobody(
    world: World, screens: list[BoundScreen], name: str
) -> None:
    for _ in range(3):
        refused: Any = hand_in(world, screens[0], named(NO_NAMES[name]))
        beside: Any = hand_in(world, screens[1], make_batch(PROGRAMME, SLOTS))

        assert (refused.status_code, refused.json["code"]) == (400, "malformed")
        assert beside.json == {"boot": BOOT, "upto": 4, "quarantined": []}
    assert totals(sign_in(world, "reviewer").client).get("confirmed") == 4
