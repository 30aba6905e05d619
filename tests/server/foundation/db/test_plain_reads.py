"""Single queries have connections of their own, which the engine's end closes."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from server.foundation.db.session import Database
from tests.support.processes.server import ROOT

ON_BOTH_SIDES_OF_A_FORK = """
import os, sys
from sqlalchemy import event
from server.foundation.db.session import open_database

made = []
database = open_database(f"sqlite:///{sys.argv[1]}")
event.listen(database.engine, "connect", lambda *connected: made.append(os.getpid()))
database.first("SELECT 1")
child = os.fork()
database.first("SELECT 1")
database.first("SELECT 1")
os.write(1, f"{len(made)} ".encode())
if child:
    os.waitpid(child, 0)
"""


def connects(database: Database) -> list[object]:
    """Grows with each connection that is made."""
    found: list[object] = []
    event.listen(database.engine, "connect", lambda driver, _record: found.append(driver))
    return found


def test_one_after_the_other_they_share_a_connection(database: Database) -> None:
    database.engine.dispose()
    made = connects(database)

    for _ in range(3):
        assert database.all("SELECT ?, ?", 1, "a") == [(1, "a")]

    assert len(made) == 1


def test_each_sees_what_was_committed_before_it(database: Database) -> None:
    assert database.first("SELECT word FROM notes") is None

    with database.write() as session:
        session.execute(text("INSERT INTO notes VALUES ('one')"))

    assert database.first("SELECT word FROM notes") == ("one",)


def test_threads_may_ask_at_once(database: Database) -> None:
    with ThreadPoolExecutor(8) as crew:
        found = list(crew.map(lambda number: database.first("SELECT ?", number), range(400)))

    assert found == [(number,) for number in range(400)]


def test_one_that_failed_spoils_none_after_it(database: Database) -> None:
    with pytest.raises(OperationalError, match="no such table"):
        database.first("SELECT * FROM no_table")

    assert database.first("SELECT 7") == (7,)


def test_the_engines_end_is_theirs(database: Database, path: Path) -> None:
    database.first("SELECT 1")
    assert path.with_name("some.db-wal").exists(), "the last to close takes it away"

    database.engine.dispose()

    assert not path.with_name("some.db-wal").exists()
    assert database.first("SELECT 1") == (1,)


@pytest.mark.slow
def test_a_fork_asks_on_connections_of_its_own(database: Database, path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ON_BOTH_SIDES_OF_A_FORK, str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert sorted(run.stdout.split()) == ["1", "2"]
