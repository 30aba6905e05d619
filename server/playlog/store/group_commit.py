"""Group commit: one committer puts the work of many callers into one durable transaction.

Each piece of work runs under a savepoint, so that one that fails takes nobody with it; its caller
is told only after the commit. Where one spoils the transaction itself each is tried by itself.
Under gevent SQLite begins, commits and does what may take long in a real thread of the hub's pool,
so that neither a lock nor the disk's flush holds up anybody. Brief work stays on the loop and lets
others have their turn in between: in a thread it would contend with the loop for the interpreter
at each statement, which cost more than the work itself. PostgreSQL's driver waits cooperatively.
"""

import queue
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Final, Generic, Protocol, TypeVar

import psycopg
import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import PoolProxiedConnection

from server.foundation import lock_patience
from server.foundation.db.session import Database
from server.foundation.errors import Busy
from server.foundation.histograms import Buckets
from server.foundation.i18n import Sentence
from server.foundation.runtime.blocking import Lane
from server.foundation.runtime.yielding import Turn
from server.playlog.store.interned_ids import Names
from server.playlog.store.transaction import Tx

log = structlog.get_logger(__name__)

T = TypeVar("T")
QUEUE_LIMIT: Final = 4_000
GROUP_LIMIT: Final = 250
TICK_S: Final = 1.0
LOCK_MS: Final = round(1000 * lock_patience.LOCK_S)
PAUSE_S: Final = 0.5
"""For so long after a group that came to nothing whoever comes is turned away at once: a batch
that was refused on one way isn't kept waiting once more on the next."""
APART_S: Final = 2.0
"""After a group that failed its jobs are tried one by one for so long; who is left comes again."""
APART_LOCK_MS: Final = 500
TOLD_EVERY_S: Final = 60.0
TURN_S: Final = 0.002
"""How long brief work goes on before others on the loop have a turn."""
COMMIT_S: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)
GROUP_SIZES: Final = (1, 2, 5, 10, 25, 50, 100, GROUP_LIMIT)
STORE_ERRORS: Final = (sqlite3.Error, psycopg.Error, SQLAlchemyError)
WRONG_WORK: Final = (
    sqlite3.IntegrityError,
    sqlite3.DataError,
    sqlite3.ProgrammingError,
    sqlite3.InterfaceError,
    psycopg.IntegrityError,
    psycopg.DataError,
    psycopg.ProgrammingError,
    # A text that is too long for an index: the same again each time it comes.
    psycopg.errors.ProgramLimitExceeded,
)
STORE_BUSY: Final = Sentence(
    "播放记录暂时无法保存，终端会自动重传。",
    "Plays can't be stored right now; the player will resend.",
)


class OutOfReach(Exception):
    """No transaction could be begun: the store is away, or held by another."""


class Companion(Protocol):
    """Something that gathers small facts in memory and writes them with the next group."""

    def is_due(self) -> bool:
        """Whether there is something worth a transaction of its own."""
        ...

    def write(self, tx: Tx) -> None:
        """Write what was gathered."""
        ...

    def settle(self, *, committed: bool) -> None:
        """What was written is durable, or must be written again."""
        ...


class Job(Generic[T]):
    """A piece of work and what became of it; `then` is called when that is certain.

    `with_companions`: it stands for what companions write, so it isn't done without them.
    """

    def __init__(
        self,
        work: Callable[[Tx], T],
        then: Callable[["Job[T]"], None],
        *,
        brief: bool = False,
        with_companions: bool = False,
    ) -> None:
        self.work = work
        self.brief = brief
        self.with_companions = with_companions
        self._then = then
        self._value: T | None = None
        self._error: Exception | None = None

    def run(self, tx: Tx) -> None:
        """Do the work under a savepoint; an error undoes this work only."""
        self._value = self._error = None
        tx.run("SAVEPOINT work")
        try:
            self._value = self.work(tx)
        except WRONG_WORK as error:
            self._undo(tx, error)
        except STORE_ERRORS:
            raise
        except Exception as error:  # noqa: BLE001 - handed to the caller, who raises it
            self._undo(tx, error)
        else:
            tx.keep()
        tx.run("RELEASE work")

    def _undo(self, tx: Tx, error: Exception) -> None:
        tx.run("ROLLBACK TO work")
        tx.drop()
        self._error = error

    def fail(self, error: Exception) -> None:
        """The transaction came to nothing."""
        self._value, self._error = None, error

    def settle(self) -> None:
        """Tell the caller."""
        self._then(self)

    def result(self) -> T:
        """What the work gave. Raises what it raised; to be asked once.

        An error knows the frames that it went through and these know the job. So as not to keep the
        plays of everybody who waited until the collector comes by, neither keeps the error.
        """
        error, self._error = self._error, None
        try:
            if error is not None:
                raise error
        finally:
            del error
        return self._value  # type: ignore[return-value] # set before the event that ends the wait


class Groups:
    """Of the groups that became durable as one: seconds from begin to commit, and their works."""

    __slots__ = ("seconds", "works")

    def __init__(self) -> None:
        self.seconds = Buckets(COMMIT_S)
        self.works = Buckets(GROUP_SIZES)

    def note(self, works: int, began_s: float) -> None:
        """One more, begun then by the monotonic clock; what companions alone wrote is none."""
        if works:
            self.seconds.add(time.monotonic() - began_s)
            self.works.add(works)


class Committer:
    """Takes work from any greenlet or thread; until it is started each work commits by itself.

    Others write between two of its transactions: jobs, commands, other workers.
    """

    def __init__(self, database: Database, queue_limit: int = QUEUE_LIMIT) -> None:
        self.groups = Groups()
        self._database = database
        self._queue: queue.Queue[Job[Any] | None] = queue.Queue(queue_limit)
        self._thread: threading.Thread | None = None
        self._one_at_a_time = threading.Lock()
        self._connection: PoolProxiedConnection | None = None
        self._lock_ms: int | None = None
        self._names = Names()
        # Threads that others use may all be busy with what people asked for.
        self._lane = Lane(1)
        self._companions: list[Companion] = []
        self._failing = False
        self._closed_until_s = 0.0
        self._told_s = -TOLD_EVERY_S

    def accompany(self, companion: Companion) -> None:
        """Write a companion's facts along with each group, and by themselves when due."""
        self._companions.append(companion)

    def start(self) -> None:
        """Begin to serve; `stop` ends it."""
        self._thread = threading.Thread(target=self._serve, name="committer", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Commit what is waiting, then end."""
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()
            self._thread = None
        self.close()

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection = None

    def submit(
        self, work: Callable[[Tx], T], *, brief: bool = False, with_companions: bool = False
    ) -> T:
        """Have work committed and return its result. Raises Busy with nothing stored.

        Brief work is done within some ms, or puts what may take longer aside itself.
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
        """How many pieces of work wait for a commit."""
        return self._queue.qsize()

    @property
    def failing(self) -> bool:
        """Whether the last commit came to nothing."""
        return self._failing

    def write_companions(self) -> None:
        """Write what companions have gathered, now. Raises Busy if they can't be written."""
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
        """Whoever waited meanwhile has waited long enough; whether the end was among them."""
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
        # PostgreSQL's driver lets others run while it waits, SQLite's does not.
        if self._database.is_sqlite:
            return self._lane.apart(partial(function, *values))
        return function(*values)

    def _settle(self, job: Job[Any]) -> None:
        try:
            job.settle()
        except Exception as error:
            log.error("an answer could not be given", exc_info=error)

    def _next_group(self) -> list[Job[Any] | None]:
        """What is waiting, at most a group; nothing if nothing came for a tick."""
        group: list[Job[Any] | None] = []
        with suppress(queue.Empty):
            group.append(self._queue.get(timeout=TICK_S))
            while len(group) < GROUP_LIMIT and group[-1] is not None:
                group.append(self._queue.get_nowait())
        return group

    def _commit(self, jobs: Sequence[Job[Any]]) -> None:
        """One transaction for all; if it fails, one for each as long as the store is there.

        Whoever wasn't committed by one of them is told to come again.
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
                log.info("plays are committed again")

    def _error_of(
        self, transact: Callable[[Sequence[Job[Any]]], None], jobs: Sequence[Job[Any]]
    ) -> Exception | None:
        """What a transaction failed with; nothing of it is stored then, nor remembered."""
        try:
            transact(jobs)
        except Exception as error:  # noqa: BLE001 - the edge of this thread: logged once, callers are told
            self._names.forget()
            self.close()
            return error
        return None

    def _commit_apart(self, jobs: Sequence[Job[Any]], first: Exception) -> bool:
        """After a group that failed: each job by itself, so that none spoils its neighbours' work.

        False if the store itself is not there, as it can't be reached or keeps nothing: then no
        caller waits for more than one of them.
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
            self._tell_refused(len(jobs) - committed, first)
            return True
        return False

    def _tell_refused(self, works: int, error: Exception) -> None:
        """Say that the store is well and refuses some work; of what lasts, now and then."""
        if time.monotonic() > self._told_s + TOLD_EVERY_S:
            self._told_s = time.monotonic()
            log.error("work on plays was refused by the store", works=works, exc_info=error)

    def _come_to_nothing(self, jobs: Sequence[Job[Any]], error: Exception) -> None:
        if not self._failing:
            log.error("plays can't be committed for now", works=len(jobs), exc_info=error)
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
        """Write something that nobody needs: whether the store keeps anything at all."""
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
        """An open transaction, its lock waited for so long. Raises OutOfReach."""
        try:
            with self._database.waits.timed():
                return self._aside(self._begin, *(() if lock_ms is None else (lock_ms,)))
        except Exception as error:
            raise OutOfReach from error

    def _begin(self, lock_ms: int | None = None) -> Tx:
        self._database.admit()
        tx = Tx(
            self._driver(LOCK_MS if lock_ms is None else lock_ms),
            self._names,
            is_sqlite=self._database.is_sqlite,
            lane=self._lane,
        )
        for statement in self._database.begin_writing:
            tx.run(statement)
        self._names.follow_jobs(tx)
        return tx

    def _driver(self, lock_ms: int) -> Any:
        """The committer's own connection, made anew after an error, with so much patience."""
        if self._connection is None:
            self._connection, self._lock_ms = self._database.engine.raw_connection(), None
        if self._lock_ms != lock_ms:
            # On SQLite this waits in a real thread, where its own patience harms nobody.
            name = "PRAGMA busy_timeout" if self._database.is_sqlite else "SET lock_timeout"
            self._connection.execute(f"{name}={lock_ms}")
            self._lock_ms = lock_ms
        return self._connection.driver_connection
