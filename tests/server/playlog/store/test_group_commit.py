"""One committer, many callers: each gets the result of his own work, after the commit."""

import gc
import random
import sqlite3
import string
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from types import SimpleNamespace
from typing import Any

import pytest
from structlog.testing import capture_logs

from server.foundation.db.session import Database
from server.foundation.errors import Busy
from server.playlog.model.screen_context import Tenure
from server.playlog.store.commit_jobs import WRONG_WORK, Job
from server.playlog.store.group_commit import PAUSE_S, Committer
from server.playlog.store.last_contact import Contact, Contacts
from server.playlog.store.snapshot import snapshot
from server.playlog.store.transaction import Tx
from tests.support.app.clock import HOUR_MS, START_MS, HandClock
from tests.support.app.databases import ON_POSTGRES, another_writer
from tests.support.patience import PATIENCE_S, until
from tests.support.plays.plays import (
    Desk,
    held_at_work,
    in_batches,
    make_committer,
    make_desk,
    make_programme,
)

pytestmark = pytest.mark.slow

PROGRAMME = make_programme(START_MS)


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
        return [row[0] for row in tx.rows("SELECT text FROM names ORDER BY id")]


def test_work_of_many_threads_is_all_there(plays: Database, committer: Committer) -> None:
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda n: committer.submit(note(str(n))), range(200)))

    assert sorted(map(int, noted(plays))) == list(range(200))


def test_work_that_fails_takes_nobody_with_it(plays: Database, committer: Committer) -> None:
    committer.submit(note("taken"))

    def attempt(text: str) -> str:
        try:
            committer.submit(note(text))
        except WRONG_WORK:
            return "refused"
        return "stored"

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(attempt, ["a", "taken", "b", "taken", "c"]))

    assert found == ["stored", "refused", "stored", "refused", "stored"]
    assert sorted(noted(plays)) == ["a", "b", "c", "taken"]


@pytest.mark.skipif(not ON_POSTGRES, reason="SQLite has no longest text of an index")
def test_a_text_too_long_for_an_index_takes_nobody_with_it(
    plays: Database, committer: Committer
) -> None:
    text = "".join(random.Random(3).choices(string.ascii_letters, k=20_000))
    jobs: dict[str, Job[Any]] = {}

    with held_at_work(committer):
        committer.submit_then(note("a"), lambda job: jobs.update(a=job))
        committer.submit_then(
            lambda tx: tx.names.item(tx, text, None), lambda job: jobs.update(long=job)
        )
        committer.submit_then(note("b"), lambda job: jobs.update(b=job))
    committer.submit(note("c"))

    with pytest.raises(WRONG_WORK):
        jobs["long"].result()
    assert [jobs[name].result() for name in ("a", "b")] == [None, None]
    assert noted(plays) == ["a", "b", "c"]


class Plays:
    """What a batch holds."""


@pytest.mark.long
@pytest.mark.parametrize("error", [ValueError("odd"), sqlite3.OperationalError("locked")])
def test_work_that_failed_is_let_go_at_once_and_not_when_the_collector_comes(
    committer: Committer, error: Exception
) -> None:
    let_go: list[weakref.ref[Plays]] = []
    finished = threading.Event()

    def work() -> Callable[[Tx], None]:
        batch = Plays()
        let_go.append(weakref.ref(batch))

        def fails(_tx: Tx, _batch: Plays = batch) -> None:
            raise error

        return fails

    def then(job: Job[None]) -> None:
        with suppress(ValueError, Busy):
            job.result()
        finished.set()

    with collector_off():
        with suppress(ValueError, Busy):
            committer.submit(work())
        time.sleep(2 * PAUSE_S)
        committer.submit_then(work(), then)
        assert finished.wait(PATIENCE_S)
        error.__traceback__ = None
        time.sleep(2 * PAUSE_S)
        committer.submit(lambda _tx: None)

        assert [one() for one in let_go] == [None, None]


@contextmanager
def collector_off() -> Iterator[None]:
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def test_a_caller_is_answered_only_after_the_commit(plays: Database, committer: Committer) -> None:
    seen: list[list[str]] = []
    settled = threading.Event()

    def then(_job: object) -> None:
        seen.append(noted(plays))
        settled.set()

    committer.submit_then(note("durable"), then)

    assert settled.wait(PATIENCE_S)
    assert seen == [["durable"]]


def test_a_full_queue_answers_busy_and_stores_nothing(plays: Database) -> None:
    narrow = make_committer(plays, queue_limit=1)
    narrow.start()

    with held_at_work(narrow):
        narrow.submit_then(note("waits"), lambda _job: None)
        with pytest.raises(Busy):
            narrow.submit(note("too much"))

    narrow.stop()
    assert noted(plays) == ["waits"]


def test_while_another_writer_holds_the_store_callers_get_busy(
    plays: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.playlog.store.group_commit.LOCK_MS", 50)
    committer = make_committer(plays)

    with another_writer(plays), pytest.raises(Busy):
        committer.submit(note("locked out"))

    committer.submit(note("well again"))
    assert noted(plays) == ["well again"]


def test_another_writer_is_waited_for_in_a_thread_and_nobody_else_is(
    plays: Database, committer: Committer, monkeypatch: pytest.MonkeyPatch
) -> None:
    committer.submit(note("first"), brief=True)  # on a connection of its own from now on
    aside, waits = committer._aside, threading.Event()
    begun_aside: list[bool] = []

    def noted_aside(work: Any, *values: Any) -> Any:
        begun_aside.append(work == committer._begin)
        waits.set()
        return aside(work, *values)

    monkeypatch.setattr(committer, "_aside", noted_aside)
    with ThreadPoolExecutor(1) as pool:
        with another_writer(plays):
            later = pool.submit(committer.submit, note("later"), brief=True)
            assert waits.wait(PATIENCE_S)
        later.result(PATIENCE_S)
    committer.submit(note("last"), brief=True)

    assert noted(plays) == ["first", "later", "last"]
    commit = [False]
    once = [True, *commit]
    assert begun_aside == once + (once if ON_POSTGRES else commit)


def test_who_waited_through_a_failure_or_comes_right_after_it_isnt_kept_waiting_again(
    plays: Database, committer: Committer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of three that come while the first group is begun, and a fourth, one alone was tried."""
    monkeypatch.setattr("server.playlog.store.group_commit.LOCK_MS", 50)
    begin, begun, tried, now_s = committer._begin, threading.Event(), [0], [1_000.0]
    by_hand = SimpleNamespace(monotonic=lambda: now_s[0])
    monkeypatch.setattr("server.playlog.store.group_commit.time", by_hand)

    def begin_when_two_more_wait(lock_ms: int) -> Tx:
        tried[0] += 1
        begun.set()
        until("two that wait", lambda: committer.waiting == 2)
        return begin(lock_ms)

    def is_refused() -> bool:
        with pytest.raises(Busy):
            committer.submit(note("locked out"))
        return True

    monkeypatch.setattr(committer, "_begin", begin_when_two_more_wait)
    with another_writer(plays):
        with ThreadPoolExecutor(3) as pool:
            refused = [pool.submit(is_refused)]
            assert begun.wait(PATIENCE_S)
            refused += [pool.submit(is_refused) for _ in range(2)]
        at_once = is_refused()

    assert all(one.result() for one in refused)
    assert at_once
    assert tried == [1], "somebody waited for two groups"
    monkeypatch.setattr(committer, "_begin", begin)
    now_s[0] += PAUSE_S
    committer.submit(note("well again"))
    assert noted(plays) == ["well again"]


def test_a_lasting_failure_is_logged_once_and_its_end_once(
    plays: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.playlog.store.group_commit.LOCK_MS", 50)
    committer = make_committer(plays)

    with capture_logs() as logged:
        with another_writer(plays):
            for _ in range(3):
                with pytest.raises(Busy):
                    committer.submit(note("locked out"))
        for word in ("a", "b"):
            committer.submit(note(word))

    assert [(one["log_level"], one["event"]) for one in logged] == [
        ("error", "play_commits_failed"),
        ("info", "play_commits_resumed"),
    ]
    assert noted(plays) == ["a", "b"]


def test_each_commit_is_flushed_to_the_disk(committer: Committer) -> None:
    def synchronous(tx: Tx) -> Any:
        return tx.rows("SHOW synchronous_commit" if ON_POSTGRES else "PRAGMA synchronous")

    assert committer.submit(synchronous) == ([("on",)] if ON_POSTGRES else [(2,)])


def test_the_same_batch_from_many_threads_counts_once(
    plays: Database, clock: HandClock, committer: Committer
) -> None:
    desk = Desk(
        committer,
        clock,
        make_desk(plays, clock, tenures=[Tenure(PROGRAMME.digest, START_MS)]).screen_context,
    )
    desk.air(PROGRAMME)
    clock.forward(HOUR_MS)
    batches = in_batches(PROGRAMME, PROGRAMME.slots(START_MS, START_MS + HOUR_MS), 60)

    with ThreadPoolExecutor(8) as pool:
        for batch in batches:
            uptos = {answer.upto for answer in pool.map(desk.take, [batch] * 8)}
            assert uptos == {batch["first"] + 59}

    assert desk.totals()["confirmed"] == 240
    assert desk.sql("SELECT COUNT(*) FROM batches") == [(4,)]


def test_signs_of_life_are_written_along_with_other_work(plays: Database) -> None:
    committer, contacts = make_committer(plays), Contacts()
    committer.accompany(contacts)
    contacts.note(Contact(9, 1_000, "b", 0, 42))
    contacts.note(Contact(9, 2_000, "b", 7, 42))

    committer.submit(note("anything"))

    with snapshot(plays) as tx:
        assert tx.rows("SELECT at_ms, backlog, clear_at FROM contacts") == [(2_000, 7, 1_000)]
    assert not contacts.is_due()


def test_signs_of_life_are_written_by_themselves_before_long(
    plays: Database, committer: Committer
) -> None:
    contacts = Contacts()
    committer.accompany(contacts)
    contacts.note(Contact(9, 1_000, "b", 0, None))

    until("signs of life are written", lambda: not contacts.is_due())


def test_a_statement_takes_as_many_values_as_there_are_screens(plays: Database) -> None:
    with snapshot(plays) as tx:
        marks = ", ".join("?" for _ in range(70_000))
        found = tx.rows(f"SELECT COUNT(*) FROM names WHERE id IN ({marks})", range(70_000))  # noqa: S608 - marks only

    assert found == [(0,)]
