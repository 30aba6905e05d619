"""Figures that only trouble moves: locks that aren't had, commits that fail, a database away."""

import sqlite3
import threading
from functools import partial

import pytest
from sqlalchemy import text

from server.foundation.db import sqlite
from server.foundation.errors import Busy
from server.foundation.lock_patience import waiting
from server.playlog.ingest.flask_extension import playback_of
from server.playlog.store.transaction import Tx
from tests.support.app.databases import ON_POSTGRES, another_writer
from tests.support.app.world import World
from tests.support.monitoring.printed_metrics import figures
from tests.support.patience import PATIENCE_S

pytestmark = pytest.mark.slow
FAILURES = 'anping_database_lock_failures_total{database="config"}'
WAITED = 'anping_database_lock_wait_seconds_count{database="config"}'


def write_something(world: World) -> None:
    with world.core.config.write() as session:
        session.execute(text("DELETE FROM job_counts"))


@pytest.mark.skipif(ON_POSTGRES, reason="a lock of SQLite, whose patience can be shortened")
def test_a_transaction_that_never_has_its_turn_is_counted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = figures(world)
    monkeypatch.setattr(sqlite, "waiting", partial(waiting, 0.01))
    with another_writer(world.core.config), pytest.raises(Busy):
        write_something(world)
    write_something(world)
    after = figures(world)

    assert after[FAILURES] - before[FAILURES] == 1
    assert after[WAITED] - before[WAITED] == 1


def test_a_connection_that_somebody_holds_is_in_use(world: World) -> None:
    used = 'anping_database_connections{database="config",state="in_use"}'
    before = figures(world)
    with world.core.config.read() as session:
        session.execute(text("SELECT 1"))
        held = figures(world)
    after = figures(world)

    assert held[used] - before[used] == 1
    assert after[used] == before[used]
    assert held[used] < held['anping_database_connections_limit{database="config"}']


def test_reading_waits_for_no_turn(world: World) -> None:
    before = figures(world)

    assert figures(world)[WAITED] == before[WAITED]


@pytest.mark.skipif(ON_POSTGRES, reason="a file of SQLite")
def test_unreadable_databases_and_failing_commits_are_shown_and_the_rest_is_printed(
    world: World,
) -> None:
    well = figures(world)
    world.core.plays.engine.dispose()
    path = world.core.settings.data / "plays.db"
    for beside in ("-wal", "-shm"):
        path.with_name(path.name + beside).unlink(missing_ok=True)
    path.write_bytes(b"no database at all " * 100)
    with pytest.raises((Busy, sqlite3.Error)):
        playback_of(world.app).committer.submit(lambda tx: tx.run("SELECT 1"))

    found = figures(world)

    assert well['anping_database_up{database="plays"}'] == 1
    assert found['anping_database_up{database="plays"}'] == 0
    assert found['anping_database_up{database="config"}'] == 1
    assert (well["anping_commits_failing"], found["anping_commits_failing"]) == (0, 1)
    assert found['anping_jobs{state="queued"}'] == 0


def test_work_that_waits_for_a_commit_is_counted(world: World) -> None:
    committer = playback_of(world.app).committer
    begun, over = threading.Event(), threading.Event()

    def hold(_tx: Tx) -> None:
        begun.set()
        over.wait(PATIENCE_S)

    committer.start()
    try:
        committer.submit_then(hold, lambda _job: None)
        begun.wait(PATIENCE_S)
        committer.submit_then(lambda _tx: None, lambda _job: None)
        waiting = figures(world)["anping_commits_waiting"]
    finally:
        over.set()
        committer.stop()
    done = figures(world)

    assert (waiting, done["anping_commits_waiting"]) == (1, 0)
    assert done["anping_commit_group_size_sum"] == 2
