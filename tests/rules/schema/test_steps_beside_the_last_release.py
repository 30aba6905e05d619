"""A step marked as compatible with older releases has only added to their tables (decision 40)."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from server.foundation.db import migrate
from server.foundation.db.migrate import FOLDER, History, current, head, upgrade
from server.foundation.db.reach import NAME, is_later, may_run_on, number_of, runs_since
from server.foundation.db.session import Database, open_database
from tests.support.app.databases import ON_POSTGRES, fresh_database, open_plays
from tests.support.app.expanding_schema import narrowed, tables_of
from tests.support.processes.next_release import next_revision, write_step

FIRST_RELEASE: dict[History, str] = {"config": "0033", "plays": "0004"}
"""The schemas of v0.1.0; until then a checkout was all there was."""
BEFORE = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b TEXT)"


def empty(history: History, folder: Path) -> Database:
    """A database of a history, never migrated."""
    if ON_POSTGRES:
        url = fresh_database(migrated=False)
        return open_plays(url) if history == "plays" else open_database(url)
    folder.mkdir(exist_ok=True)
    return open_database(f"sqlite:///{folder / f'{history}.db'}")


def taken_away(history: History, revision: str, folder: Path) -> list[str]:
    """What the step takes from the oldest release that is to run on it."""
    database = empty(history, folder)
    upgrade(database, history, revision_with(history, runs_since(revision)))
    before = tables_of(database)
    upgrade(database, history, revision)
    after = tables_of(database)
    database.engine.dispose()
    return narrowed(before, after)


def revision_with(history: History, number: int) -> str:
    """The revision that has a number."""
    return next(one for one in revisions(history) if number_of(one) == number)


def revisions(history: History) -> list[str]:
    """Those of this tree, the oldest first."""

    scripts = ScriptDirectory(str(migrate.FOLDER / history))
    return [one.revision for one in scripts.walk_revisions()][::-1]


@pytest.fixture
def next_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both histories with a step more, each marked as compatible with this release."""
    shutil.copytree(FOLDER, tmp_path / "next")
    for history in FIRST_RELEASE:
        newest = head(history) or ""
        write_step(tmp_path / "next" / history, history, next_revision(newest), newest)
    monkeypatch.setattr("server.foundation.db.migrate.FOLDER", tmp_path / "next")


@pytest.mark.parametrize("history", FIRST_RELEASE)
def test_steps_since_the_first_release_state_who_runs_on_them(history: History) -> None:
    since = [
        one for one in revisions(history) if number_of(one) > number_of(FIRST_RELEASE[history])
    ]

    assert revision_with(history, number_of(FIRST_RELEASE[history])) == FIRST_RELEASE[history]
    assert [one for one in since if not NAME.fullmatch(one)] == []
    reaches = [runs_since(one) for one in since]
    assert reaches == sorted(reaches), "who can't run on a step can't run on a later one either"


@pytest.mark.slow
@pytest.mark.parametrize("history", FIRST_RELEASE)
def test_such_a_step_of_ours_takes_nothing_away(history: History, tmp_path: Path) -> None:
    saying = [one for one in revisions(history) if runs_since(one) < number_of(one)]

    assert {one: taken_away(history, one, tmp_path / one) for one in saying} == {
        one: [] for one in saying
    }


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.usefixtures("next_history")
@pytest.mark.parametrize("history", FIRST_RELEASE)
def test_a_step_that_only_adds_is_found_to_take_nothing_away(
    history: History, tmp_path: Path
) -> None:
    newest = revisions(history)[-1]

    assert runs_since(newest) == number_of(newest) - 1
    assert taken_away(history, newest, tmp_path) == []


@pytest.mark.parametrize(
    ("step", "fault"),
    [
        ("DROP TABLE t", "t is gone"),
        ("ALTER TABLE t DROP COLUMN b", "t.b is gone"),
        ("ALTER TABLE t RENAME COLUMN b TO c", "t.b is gone"),
        ("ALTER TABLE t ADD COLUMN c TEXT NOT NULL DEFAULT ''", None),
        ("ALTER TABLE t ADD COLUMN c TEXT", None),
        ("CREATE INDEX i ON t (b)", None),
        ("CREATE UNIQUE INDEX i ON t (b)", "t demands unique of b"),
        ("CREATE TABLE u (id INTEGER PRIMARY KEY, t INTEGER NOT NULL REFERENCES t)", None),
        (
            "DROP TABLE t; CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b INTEGER)",
            "t.b is another column",
        ),
        (
            "DROP TABLE t; CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b TEXT, "
            "c TEXT NOT NULL)",
            "t.c has to be given",
        ),
        (
            "DROP TABLE t; CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b TEXT, "
            "CONSTRAINT short CHECK (length(b) < 9))",
            "t demands check of length(b) < 9",
        ),
    ],
)
def test_what_an_older_release_would_fall_foul_of_is_named(
    step: str, fault: str | None, tmp_path: Path
) -> None:
    path = tmp_path / "one.db"
    database = open_database(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as store:
        store.executescript(BEFORE)
        before = tables_of(database)
        store.executescript(step)
    database.engine.dispose()

    assert narrowed(before, tables_of(database)) == ([] if fault is None else [fault])
    database.engine.dispose()


def test_the_name_of_a_revision_states_from_which_release_on_it_is_served() -> None:
    assert may_run_on("0035_0033", "0033")
    assert may_run_on("0035_0033", "0034_0033")
    assert not may_run_on("0035_0034", "0033")
    assert not may_run_on("0034", "0033")
    assert not may_run_on("0033", "0033")
    assert not is_later("what is no revision of ours", "0033")


@pytest.mark.usefixtures("next_history")
def test_a_step_of_a_later_release_is_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = empty("plays", tmp_path)
    upgrade(database, "plays")
    there = current(database)
    monkeypatch.undo()

    upgrade(database, "plays")

    assert there == current(database) == next_revision(head("plays") or "")
    database.engine.dispose()
