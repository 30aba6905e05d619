"""How long locks keep anybody waiting is decided in one place, and adds up to an answer in time."""

import sqlite3
import time
from contextlib import closing

import pytest

from server.foundation import lock_patience
from server.foundation.db import postgres
from server.foundation.errors import Busy
from server.playlog.store import group_commit
from server.playlog.store.transaction import Tx
from server.simulator.wire.protocol import ANSWER_S as PLAYER_WAITS_S
from tests.support.app.databases import ON_POSTGRES
from tests.support.app.world import World


def test_the_bounds_follow_from_how_long_a_player_waits() -> None:
    assert (
        lock_patience.LOCK_S < lock_patience.ALL_LOCKS_S < lock_patience.ANSWER_S < PLAYER_WAITS_S
    )
    assert group_commit.LOCK_MS == postgres.LOCK_PATIENCE_MS == 1000 * lock_patience.LOCK_S
    # A group that got its lock and failed: each by itself, then a try whether anything is kept.
    worst_s = lock_patience.LOCK_S + group_commit.APART_S + 2 * group_commit.APART_LOCK_MS / 1000
    assert worst_s < lock_patience.ANSWER_S


def test_what_one_lock_took_is_taken_from_the_next_of_the_same_request() -> None:
    with lock_patience.one_request() as waited:
        with lock_patience.waiting() as first_s:
            pass
        waited.seconds = lock_patience.ALL_LOCKS_S - 1
        with lock_patience.waiting() as left_s:
            pass
        waited.seconds = lock_patience.ALL_LOCKS_S + 1
        with lock_patience.waiting() as none_s:
            pass

    assert (first_s, round(left_s), none_s) == (lock_patience.LOCK_S, 1, 0.0)
    with lock_patience.waiting() as next_s:
        assert next_s == lock_patience.LOCK_S


@pytest.mark.skipif(ON_POSTGRES, reason="files of SQLite")
def test_after_the_deadline_there_is_one_last_try(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    path = world.core.settings.data / "config.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with lock_patience.one_request() as waited:
            waited.seconds = lock_patience.ALL_LOCKS_S
            with pytest.raises(Busy), world.core.config.write() as session:
                session.connection()
        with world.core.config.read() as session:
            session.connection()
        other.execute("ROLLBACK")

    assert len(pauses) <= 1


@pytest.mark.skipif(ON_POSTGRES, reason="files of SQLite")
def test_plays_that_were_refused_on_one_way_are_not_kept_waiting_on_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lane hands a refused batch to the application, which asks the committer once more."""
    monkeypatch.setattr("server.playlog.store.group_commit.LOCK_MS", 10)
    monkeypatch.setattr("server.playlog.store.group_commit.PAUSE_S", 0.0)
    store = group_commit.Committer(world.core.plays)
    begin, begun = store._begin, [0]

    def counted(*values: int) -> Tx:
        begun[0] += 1
        return begin(*values)

    monkeypatch.setattr(store, "_begin", counted)
    store.start()
    path = world.core.settings.data / "plays.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with lock_patience.one_request():
            for _ in range(3):
                with pytest.raises(Busy):
                    store.submit(lambda _tx: None)
        other.execute("ROLLBACK")
    store.stop()

    assert begun == [1]
