"""Migrations form one line each way, and say the same as the models."""

import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from server.db.columns import ConfigBase
from server.db.migrate import FOLDER, History, downgrade, is_current, upgrade
from server.db.session import Database, open_database

SERVER = Path(__file__).parents[2] / "server"


def load_all_models() -> None:
    for file in sorted(SERVER.glob("*/models.py")):
        importlib.import_module(f"server.{file.parent.name}.models")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path / 'one.db'}")
    yield opened
    opened.engine.dispose()


@pytest.mark.parametrize("history", ["config", "plays"])
def test_each_history_is_one_line_without_branches(history: History) -> None:
    scripts = ScriptDirectory(str(FOLDER / history))
    revisions = list(scripts.walk_revisions())

    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1
    assert not [one for one in revisions if one.is_branch_point or one.is_merge_point]


@pytest.mark.parametrize("history", ["config", "plays"])
def test_files_are_numbered_in_the_order_in_which_they_run(history: History) -> None:
    scripts = ScriptDirectory(str(FOLDER / history))

    names = [Path(one.path).name for one in scripts.walk_revisions()]

    assert names == sorted(names, reverse=True)
    assert all(
        name.startswith(one.revision)
        for name, one in zip(names, scripts.walk_revisions(), strict=True)
    )


@pytest.mark.parametrize("history", ["config", "plays"])
def test_a_database_goes_up_down_and_up_again(history: History, database: Database) -> None:
    upgrade(database, history)
    assert is_current(database, history)

    downgrade(database, history, "base")
    left = set(inspect(database.engine).get_table_names()) - {"alembic_version", "sqlite_sequence"}
    assert left == set()

    upgrade(database, history)
    assert is_current(database, history)


def test_every_single_step_can_be_taken_back(database: Database) -> None:
    scripts = ScriptDirectory(str(FOLDER / "config"))
    for one in reversed(list(scripts.walk_revisions())):
        upgrade(database, "config", one.revision)
        downgrade(database, "config", str(one.down_revision or "base"))
        upgrade(database, "config", one.revision)

    assert is_current(database, "config")


def test_models_and_migrations_agree(database: Database) -> None:
    load_all_models()
    upgrade(database, "config")

    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        differences = compare_metadata(context, ConfigBase.metadata)

    assert differences == []
