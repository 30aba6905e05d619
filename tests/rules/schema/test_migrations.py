"""Migrations form one line each way, and result in the models' schema."""

import importlib
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import String, inspect, select, text
from sqlalchemy.exc import DBAPIError

from server.foundation.db.columns import ConfigBase
from server.foundation.db.migrate import FOLDER, History, current, downgrade, head, upgrade
from server.foundation.db.session import Database, open_database
from server.monitoring.exemptions.models import ExemptedScreen, Exemption
from tests.support.app.databases import ON_POSTGRES, fresh_database, open_plays
from tests.support.app.inventory import make_screen
from tests.support.app.people import sign_in
from tests.support.app.world import make_world

SERVER = Path(__file__).parents[3] / "server"


BROKEN_STEP = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{newest}"


def upgrade():
    op.create_table("half", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("INSERT INTO names (text) VALUES ('left behind')")
    op.execute("UPDATE nowhere SET nothing = 1")
"""


def tables(database: Database) -> set[str]:
    found = set(inspect(database.engine).get_table_names(database.schema))
    return found - {"alembic_version", "sqlite_sequence"}


def load_all_models() -> None:
    for file in sorted(SERVER.rglob("models.py")):
        module = file.relative_to(SERVER.parent).with_suffix("")
        importlib.import_module(".".join(module.parts))


@pytest.fixture
def url(tmp_path: Path) -> str:
    return fresh_database(migrated=False) if ON_POSTGRES else f"sqlite:///{tmp_path / 'one.db'}"


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = open_database(url)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def plays(url: str) -> Iterator[Database]:
    opened = open_plays(url.replace("one.db", "plays.db"))
    yield opened
    opened.engine.dispose()


@pytest.fixture
def broken_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The real history of plays, and then a step that fails half-way."""
    shutil.copytree(FOLDER / "plays", tmp_path / "broken" / "plays")
    step = tmp_path / "broken" / "plays" / "versions" / "9999_broken.py"
    newest = ScriptDirectory(str(FOLDER / "plays")).get_current_head()
    step.write_text(BROKEN_STEP.format(newest=newest), encoding="utf-8")
    monkeypatch.setattr("server.foundation.db.migrate.FOLDER", tmp_path / "broken")
    return tmp_path / "broken"


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


@pytest.mark.slow
@pytest.mark.parametrize("history", ["config", "plays"])
def test_a_database_goes_up_down_and_up_again(
    history: History, database: Database, plays: Database
) -> None:
    subject = {"config": database, "plays": plays}[history]
    upgrade(subject, history)
    assert current(subject) == head(history)

    downgrade(subject, history, "base")
    assert tables(subject) == set()

    upgrade(subject, history)
    assert current(subject) == head(history)


@pytest.mark.slow
def test_the_two_histories_live_side_by_side(database: Database, plays: Database) -> None:
    upgrade(database, "config")
    upgrade(plays, "plays")
    downgrade(database, "config", "base")

    assert tables(database) == set()
    assert "batches" in tables(plays)
    assert current(plays) == head("plays")


def test_a_step_that_fails_half_way_leaves_nothing_behind(
    plays: Database, broken_history: Path
) -> None:
    with pytest.raises(DBAPIError, match="nowhere"):
        upgrade(plays, "plays")

    assert "half" not in tables(plays)
    assert "batches" in tables(plays)
    with plays.read() as session:
        assert session.execute(text("SELECT COUNT(*) FROM names")).scalar() == 0
    (broken_history / "plays" / "versions" / "9999_broken.py").unlink()
    assert current(plays) == head("plays")


def test_servers_that_start_together_migrate_once(url: str, database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("one machine has one server: it claims the data folder first")
    others = [open_database(url) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda one: upgrade(one, "config"), others))
    for one in others:
        one.engine.dispose()

    assert current(database) == head("config")


@pytest.mark.slow
def test_texts_are_compared_by_code_points(database: Database) -> None:
    upgrade(database, "config")
    insert = text(
        "INSERT INTO units (path, name, code, leader, contact) VALUES ('/', :name, :name, '', '')"
    )
    with database.write() as session:
        for name in ("b", "B", "中", "a", "\u00e9", "_", "10", "9"):
            session.execute(insert, {"name": name})

    with database.read() as session:
        found = session.scalars(text("SELECT code FROM units ORDER BY code")).all()
        columns = inspect(session.connection()).get_columns("units")

    assert list(found) == sorted(found)
    if not database.is_sqlite:
        assert {one["type"].collation for one in columns if isinstance(one["type"], String)} == {
            "C"
        }


@pytest.mark.slow
def test_every_single_step_can_be_taken_back(database: Database) -> None:
    scripts = ScriptDirectory(str(FOLDER / "config"))
    for one in reversed(list(scripts.walk_revisions())):
        upgrade(database, "config", one.revision)
        downgrade(database, "config", str(one.down_revision or "base"))
        upgrade(database, "config", one.revision)

    assert current(database) == head("config")


@pytest.mark.slow
def test_exemptions_from_before_their_times_were_stored_last_all_the_time(tmp_path: Path) -> None:
    world = make_world(tmp_path / "server")
    screen = make_screen(world)
    user = sign_in(world, "admin").user_id
    with world.core.config.write() as session:
        row = Exemption(
            unit_id=1, author_id=user, state="approved", selector={}, reach=[], from_at=1_000,
            until_at=9_000, code="closed", note="", file="", created_at=0,
        )  # fmt: skip
        session.add(row)
        session.flush()
        for from_ms in (2_000, 4_000):
            session.add(
                ExemptedScreen(
                    exemption_id=row.id, screen_id=screen.id, from_at=from_ms, until_at=from_ms + 1,
                    venue_id=7, unit_id=8,
                )
            )  # fmt: skip

    before = ScriptDirectory(str(FOLDER / "config")).get_revision("0023").down_revision
    downgrade(world.core.config, "config", str(before))
    upgrade(world.core.config, "config")

    with world.core.config.read() as session:
        (kept,) = session.scalars(select(ExemptedScreen)).all()
    assert (kept.screen_id, kept.from_at, kept.until_at) == (screen.id, 1_000, 9_000)
    assert (kept.venue_id, kept.unit_id) == (screen.venue_id, 1)


@pytest.mark.slow
def test_models_and_migrations_agree(database: Database) -> None:
    load_all_models()
    upgrade(database, "config")

    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        differences = compare_metadata(context, ConfigBase.metadata)

    assert differences == []
