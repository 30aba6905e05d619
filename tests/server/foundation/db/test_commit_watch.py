"""A poll asks its question after commits alone."""

import gc
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from server.foundation.db.commit_watch import CommitWatch
from server.foundation.db.session import Database, open_database
from tests.support.app.databases import ON_POSTGRES
from tests.support.app.world import World


def asked(watch: CommitWatch) -> bool:
    with watch.news() as is_news:
        return is_news


def add(session: Session) -> None:
    session.execute(text("INSERT INTO notes VALUES ('one')"))


def test_the_first_question_is_asked(database: Database) -> None:
    assert asked(CommitWatch(database))


def test_nothing_is_opened_before_the_first_question(path: Path) -> None:
    watch = CommitWatch(open_database(f"sqlite:///{path}"))
    assert not path.exists()

    asked(watch)
    assert path.exists()


def test_nothing_is_new_without_a_commit(database: Database) -> None:
    watch = CommitWatch(database)
    asked(watch)

    with database.read() as session:
        session.execute(text("SELECT * FROM notes"))

    assert not asked(watch)


def test_a_commit_is_news_once(database: Database) -> None:
    watch = CommitWatch(database)
    asked(watch)

    with database.write() as session:
        add(session)
        assert not asked(watch), "it isn't committed yet"

    assert asked(watch)
    assert not asked(watch)


def test_other_connections_commit_too(database: Database, path: Path) -> None:
    watch = CommitWatch(database)
    asked(watch)

    with closing(sqlite3.connect(path)) as other, other:
        other.execute("INSERT INTO notes VALUES ('two')")

    assert asked(watch)


@pytest.mark.slow
def test_its_connection_is_closed_with_it(database: Database, path: Path) -> None:
    watch = CommitWatch(database)
    asked(watch)
    database.engine.dispose()
    assert path.with_name("some.db-wal").exists(), "the last to close takes it away"

    del watch
    gc.collect()

    assert not path.with_name("some.db-wal").exists()


def test_what_comes_during_a_question_is_new_for_the_next(database: Database) -> None:
    watch = CommitWatch(database)
    with watch.news(), database.write() as session:
        add(session)

    assert asked(watch)


def test_a_question_that_failed_is_asked_again(database: Database) -> None:
    watch = CommitWatch(database)
    with pytest.raises(RuntimeError), watch.news():
        raise RuntimeError

    assert asked(watch)


@pytest.mark.skipif(not ON_POSTGRES, reason="SQLite knows when nothing was committed")
def test_without_such_a_number_each_question_is_asked(world: World) -> None:
    watch = CommitWatch(world.core.config)

    assert asked(watch)
    assert asked(watch)
