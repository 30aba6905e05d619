"""Group commit: one committer puts the work of many callers into one durable transaction.

Each piece of work runs under a savepoint, so a failure affects only its own caller, who is answered
after the commit. If one breaks the transaction itself, each is retried alone. Under gevent SQLite
waits for a lock, commits and does lengthy work in a thread, so neither a lock nor an fsync blocks
the loop. Brief work remains on the loop and yields in between: in a thread it would contend for the
interpreter lock at each statement, which cost more than the work. PostgreSQL's driver waits
cooperatively.
"""

import queue
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Final, Literal, TypeVar

import structlog
from sqlalchemy.pool import PoolProxiedConnection

from server.foundation import lock_patience
from server.foundation.db.session import Database
from server.foundation.errors import Busy
from server.foundation.histograms import Buckets
from server.foundation.i18n import Sentence
from server.foundation.runtime.blocking import Lane
from server.foundation.runtime.yielding import Turn
from server.playlog.store.commit_jobs import Companion, Job
from server.playlog.store.interned_ids import Names
from server.playlog.store.journal_sync import (
    PRIMARY_CODE,
    is_io_error,
    rewrite_journal,
    sync_journal,
)
from server.playlog.store.transaction import Tx

log = structlog.get_logger(__name__)

T = TypeVar("T")
QUEUE_LIMIT: Final = 4_000
GROUP_LIMIT: Final = 250
TICK_S: Final = 1.0
LOCK_MS: Final = round(1000 * lock_patience.LOCK_S)
PAUSE_S: Final = 0.5
"""Seconds after a failed group in which new work is refused at once.

So a batch refused on one route doesn't wait again on the next.
"""
APART_S: Final = 2.0
"""After a failed group its jobs are retried one by one for at most so many seconds."""
APART_LOCK_MS: Final = 500
REPORT_INTERVAL_S: Final = 60.0
TURN_S: Final = 0.002
"""Seconds that brief work runs before others on the loop get a turn."""
COMMIT_S: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)
GROUP_SIZES: Final = (1, 2, 5, 10, 25, 50, 100, GROUP_LIMIT)
STORE_BUSY: Final = Sentence(
    "播放记录暂时无法保存，终端会自动重传。",
    "Plays can't be stored right now; the player will resend.",
)


class OutOfReach(Exception):
    """No transaction could begin: the store is unavailable, or locked by another."""


class Groups:
    """Statistics of durable groups: seconds from begin to commit, and pieces of work."""

    __slots__ = ("seconds", "works")

    def __init__(self) -> None:
        self.seconds = Buckets(COMMIT_S)
        self.works = Buckets(GROUP_SIZES)

    def note(self, works: int, began_s: float) -> None:
        """Add a group begun at `began_s` (monotonic); groups of companions alone don't count."""
        if works:
            self.seconds.add(time.monotonic() - began_s)
            self.works.add(works)


class Committer:
    """Accepts work from any greenlet or thread; until started each piece commits by itself.

    Jobs, commands and other workers write between its transactions.
    """

    def __init__(self, database: Database, queue_limit: int = QUEUE_LIMIT) -> None:
        self.groups = Groups()
        self._database = database
        self._queue: queue.Queue[Job[Any] | None] = queue.Queue(queue_limit)
        self._thread: threading.Thread | None = None
        self._one_at_a_time = threading.Lock()
        self._connection: PoolProxiedConnection | None = None
        self._lock_ms: int | None = None
        self._unsynced: Literal["", "recovered", "failed"] = "recovered"
        self._names = Names()
        # The shared threads may all be busy with long queries.
        self._lane = Lane(1)
        self._companions: list[Companion] = []
        self._failing = False
        self._closed_until_s = 0.0
        self._reported_s = -REPORT_INTERVAL_S

    def accompany(self, companion: Companion) -> None:
        """Write a companion's facts along with each group, or alone when due."""
        self._companions.append(companion)

    def start(self) -> None:
        """Begin to serve; `stop` ends it."""
        self._thread = threading.Thread(target=self._serve, name="committer", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Commit all queued work, then end."""
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()
            self._thread = None
        self.close()

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection = None

    def submit(
        self, work: Callable[[Tx], T], *, brief: bool = False, with_companions: bool = False
    ) -> T:
        """Have work committed and return its result. Raises Busy with nothing stored.

        Brief work takes a few ms, or moves its longer parts to a thread itself.
        """
        answered = threading.Event()
        job = Job(work, lambda _job: answered.set(), brief=brief, with_companions=with_companions)
        if self._thread is None:
            self._commit([job])
            return job.result()
        with lock_patience.waiting(lock_patience.ANSWER_S, lock_patience.ANSWER_S) as most_s:
            if most_s == 0:
                raise Busy(STORE_BUSY)
            self._put(job)
            if not answered.wait(most_s):
                raise Busy(STORE_BUSY)
            return job.result()

    def submit_then(self, work: Callable[[Tx], T], then: Callable[[Job[T]], None]) -> None:
        """Have brief work committed; `then` gets the settled job.

        Raises Busy if the queue is full.
        """
        job = Job(work, then, brief=True)
        if self._thread is None:
            self._commit([job])
            job.settle()
        else:
            self._put(job)

    @property
    def waiting(self) -> int:
        """Pieces of work that wait for a commit."""
        return self._queue.qsize()

    @property
    def failing(self) -> bool:
        """Whether the last commit failed."""
        return self._failing

    def write_companions(self) -> None:
        """Write the companions' facts now. Raises Busy if they can't be written."""
        self.submit(lambda _tx: None, with_companions=True)

    def _put(self, job: Job[Any]) -> None:
        if time.monotonic() < self._closed_until_s:
            raise Busy(STORE_BUSY)
        try:
            self._queue.put_nowait(job)
        except queue.Full:
            raise Busy(STORE_BUSY) from None

    def _serve(self) -> None:
        ended = False
        while not ended:
            group = self._next_group()
            ended = None in group
            jobs = [job for job in group if job is not None]
            if jobs or any(companion.is_due() for companion in self._companions):
                self._commit(jobs)
            for job in jobs:
                self._settle(job)
            if self._failing:
                ended = self._turn_away() or ended

    def _turn_away(self) -> bool:
        """Refuse all work queued meanwhile; returns whether the stop marker was among it."""
        ended = False
        with suppress(queue.Empty):
            while True:
                job = self._queue.get_nowait()
                if job is None:
                    ended = True
                else:
                    job.fail(Busy(STORE_BUSY))
                    self._settle(job)
        return ended

    def _aside(self, function: Callable[..., T], *values: Any) -> T:
        # PostgreSQL's driver yields while it waits, SQLite's does not.
        if self._database.is_sqlite:
            return self._lane.run(partial(function, *values))
        return function(*values)

    def _settle(self, job: Job[Any]) -> None:
        try:
            job.settle()
        except Exception as error:
            log.error("commit_callback_failed", exc_info=error)

    def _next_group(self) -> list[Job[Any] | None]:
        """The next queued jobs, at most a group; empty if none came within a tick."""
        group: list[Job[Any] | None] = []
        with suppress(queue.Empty):
            group.append(self._queue.get(timeout=TICK_S))
            while len(group) < GROUP_LIMIT and group[-1] is not None:
                group.append(self._queue.get_nowait())
        return group

    def _commit(self, jobs: Sequence[Job[Any]]) -> None:
        """Commit all in one transaction; if it fails, each alone while the store responds.

        Callers whose work was not committed get Busy.
        """
        with self._one_at_a_time:
            began_s = time.monotonic()
            error = self._error_of(self._transact, jobs)
            for companion in self._companions:
                companion.settle(committed=error is None)
            if error is not None and not self._commit_apart(jobs, error):
                self._come_to_nothing(jobs, error)
                return
            if error is None:
                self.groups.note(len(jobs), began_s)
            if self._failing:
                self._failing = False
                log.info("play_commits_resumed")

    def _error_of(
        self, transact: Callable[[Sequence[Job[Any]]], None], jobs: Sequence[Job[Any]]
    ) -> Exception | None:
        """The error of a transaction, rolled back with its cached names; None if it succeeded."""
        try:
            transact(jobs)
        except Exception as error:  # noqa: BLE001 - the edge of this thread: logged once, passed to the callers
            self._names.forget()
            self.close()
            if is_io_error(error):
                self._unsynced = "failed"
            return error
        return None

    def _commit_apart(self, jobs: Sequence[Job[Any]], first: Exception) -> bool:
        """Retry the jobs of a failed group one by one, so that none affects the others.

        False if the store itself is unavailable or stores nothing: then callers wait for at most
        one of them.
        """
        if isinstance(first, OutOfReach):
            return False
        until_s, committed = time.monotonic() + APART_S, 0
        error: Exception | None = None
        for job in jobs:
            is_late = isinstance(error, OutOfReach) or time.monotonic() > until_s
            is_left = is_late or job.with_companions
            error = error if is_left else self._error_of(self._transact_apart, [job])
            if is_left or error is not None:
                job.fail(Busy(STORE_BUSY))
            committed += not is_left and error is None
        if committed or self._error_of(self._try_out, jobs) is None:
            self._report_refused(len(jobs) - committed, first)
            return True
        return False

    def _report_refused(self, works: int, error: Exception) -> None:
        """Log, at intervals, that the store works but refuses some work."""
        if time.monotonic() > self._reported_s + REPORT_INTERVAL_S:
            self._reported_s = time.monotonic()
            log.error("play_work_refused", works=works, exc_info=error)

    def _come_to_nothing(self, jobs: Sequence[Job[Any]], error: Exception) -> None:
        if not self._failing:
            log.error("play_commits_failed", works=len(jobs), exc_info=error)
        self._failing = True
        self._closed_until_s = time.monotonic() + PAUSE_S
        for job in jobs:
            job.fail(Busy(STORE_BUSY))

    def _transact(self, jobs: Sequence[Job[Any]]) -> None:
        tx = self._begun()
        self._run(tx, jobs)
        for companion in self._companions:
            companion.write(tx)
        self._finish(tx)

    def _transact_apart(self, jobs: Sequence[Job[Any]]) -> None:
        tx = self._begun(APART_LOCK_MS)
        self._run(tx, jobs)
        self._finish(tx)

    def _try_out(self, _jobs: Sequence[Job[Any]]) -> None:
        """Write a dummy row, to find out whether the store works at all."""
        tx = self._begun(APART_LOCK_MS)
        text = f"?{uuid.uuid4().hex}"
        tx.run("INSERT INTO names (text) VALUES (?)", (text,))
        tx.run("DELETE FROM names WHERE text = ?", (text,))
        self._finish(tx)

    def _finish(self, tx: Tx) -> None:
        tx.write_rollups()
        self._aside(tx.run, "COMMIT")

    def _run(self, tx: Tx, jobs: Sequence[Job[Any]]) -> None:
        turn = Turn(TURN_S)
        for job in jobs:
            if job.brief:
                job.run(tx)
                turn.pass_on()
            else:
                self._aside(job.run, tx)

    def _begun(self, lock_ms: int | None = None) -> Tx:
        """An open transaction, waiting at most `lock_ms` for its lock. Raises OutOfReach."""
        try:
            with self._database.waits.timed():
                wait_ms = LOCK_MS if lock_ms is None else lock_ms
                return self._begun_at_once() or self._aside(self._begin, wait_ms)
        except Exception as error:
            raise OutOfReach from error

    def _begun_at_once(self) -> Tx | None:
        """One begun here, as nobody else writes; a thread's turn for it would take longer."""
        if not self._database.is_sqlite or self._connection is None:
            return None
        try:
            return self._begin(0)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & PRIMARY_CODE != sqlite3.SQLITE_BUSY:
                raise
            return None

    def _begin(self, lock_ms: int) -> Tx:
        self._database.admit()
        driver = self._driver(lock_ms)
        if self._unsynced and self._database.is_sqlite:
            self._sync(driver)
        tx = Tx(
            driver,
            self._names,
            is_sqlite=self._database.is_sqlite,
            lane=self._lane,
        )
        for statement in self._database.begin_writing:
            tx.run(statement)
        self._names.follow_jobs(tx)
        return tx

    def _sync(self, driver: Any) -> None:
        """Make durable what the store shows, before duplicates of it are acknowledged."""
        if self._unsynced == "failed":
            rewrite_journal(driver)
        else:
            sync_journal(str(self._database.engine.url.database))
        self._unsynced = ""

    def _driver(self, lock_ms: int) -> Any:
        """The committer's own connection, reopened after an error, with the given lock timeout."""
        if self._connection is None:
            self._connection, self._lock_ms = self._database.engine.raw_connection(), None
        if self._lock_ms != lock_ms:
            # On SQLite this waits in a thread of its own, where its timeout delays nobody.
            name = "PRAGMA busy_timeout" if self._database.is_sqlite else "SET lock_timeout"
            self._connection.execute(f"{name}={lock_ms}")
            self._lock_ms = lock_ms
        return self._connection.driver_connection
