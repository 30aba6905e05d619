"""The same on PostgreSQL: one snapshot of all tables, and the former tables aside, not deleted."""

import tarfile
from pathlib import Path

import pytest
from sqlalchemy import select, text

from server.accounts.models import User
from server.foundation.config import Settings
from server.foundation.db.migrate import current, downgrade, head
from server.foundation.db.session import open_database
from server.operations.backup.errors import NotRestored
from server.operations.backup.restore import Request, Restored, restore
from server.operations.backup.take import Order, back_up
from server.operations.doctor import stores
from server.operations.doctor.finding import State
from tests.support.app.clock import MINUTE_MS, START_MS
from tests.support.app.databases import another_writer, fresh_database
from tests.support.app.inventory import make_screen, make_unit
from tests.support.app.people import sign_in
from tests.support.app.world import World, make_settings, make_world
from tests.support.plays.on_air import hand_in_all, keep_house, put_on_air
from tests.support.plays.plays import make_programme
from tests.support.reporting.reports import check_sums

pytestmark = pytest.mark.slow
PROGRAMME = make_programme(START_MS)


@pytest.fixture
def old(tmp_path: Path) -> World:
    """A server with ten minutes of plays of one screen."""
    world = make_world(tmp_path / "old", database_url=fresh_database())
    screen = make_screen(world)
    put_on_air(world, screen, PROGRAMME, START_MS)
    world.clock.forward(10 * MINUTE_MS)
    hand_in_all(world, screen, PROGRAMME, PROGRAMME.slots(START_MS, world.clock.now_ms()))
    return world


@pytest.fixture
def fresh(tmp_path: Path) -> Settings:
    """A server that was never started, with an empty database."""
    return make_settings(tmp_path / "new", database_url=fresh_database(migrated=False))


def backed_up(world: World, folder: Path) -> Path:
    target = folder / "b.tar.gz"
    back_up(world.core.settings, Order(target, "0.1.0", world.clock.now_ms()))
    return target


def put_back(settings: Settings, archive: Path, *, replace: bool = False) -> Restored:
    return restore(settings, Request(archive, replace, START_MS + 20 * MINUTE_MS))


def started(settings: Settings) -> World:
    world = make_world(settings.data.parent, database_url=settings.database_url)
    world.clock.at_ms = START_MS + 10 * MINUTE_MS
    return world


def figures(world: World) -> dict[str, int]:
    keep_house(world)
    return check_sums(sign_in(world, "reviewer").client)


def names(settings: Settings) -> list[str]:
    database = open_database(settings.config_url)
    with database.read() as session:
        found = list(session.scalars(select(User.username).order_by(User.id)))
    database.engine.dispose()
    return found


@pytest.mark.long
def test_people_plays_and_figures_come_back(old: World, fresh: Settings, tmp_path: Path) -> None:
    before, archive = figures(old), backed_up(old, tmp_path)

    put_back(fresh, archive)

    assert before["confirmed"] == 40
    assert figures(started(fresh)) == before


@pytest.mark.long
def test_new_numbers_go_on_above_those_given_out_since(
    old: World, fresh: Settings, tmp_path: Path
) -> None:
    archive = backed_up(old, tmp_path)
    lost = make_unit(old)

    put_back(fresh, archive)

    assert make_unit(started(fresh)) > lost


def test_all_is_of_one_instant_while_somebody_writes(old: World, tmp_path: Path) -> None:
    with another_writer(old.core.config):
        archive = backed_up(old, tmp_path)

    with tarfile.open(archive) as tar:
        members = tar.getnames()
    assert "postgres/config.users.copy" in members
    assert "postgres/plays.batches.copy" in members


@pytest.mark.long
def test_tables_that_are_there_are_refused_then_moved_aside_and_kept(
    old: World, tmp_path: Path
) -> None:
    archive = backed_up(old, tmp_path)
    other = make_world(tmp_path / "new", database_url=fresh_database())
    sign_in(other, username="li")
    settings = other.core.settings
    other.close()

    with pytest.raises(NotRestored, match="--replace"):
        put_back(settings, archive)
    assert names(settings) == ["li"]
    done = put_back(settings, archive, replace=True)

    assert names(settings) == []
    assert done.tables is not None
    schema = done.tables.split(",")[0]
    database = open_database(settings.config_url)
    with database.read() as session:
        kept = session.execute(text(f"SELECT username FROM {schema}.users")).all()  # noqa: S608 - the test's own name
    database.engine.dispose()
    assert kept == [("li",)]


@pytest.mark.long
def test_a_restore_that_fails_leaves_the_former_tables_in_their_place(
    old: World, tmp_path: Path
) -> None:
    with old.core.plays.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE batches ADD COLUMN surprise integer")
    archive = backed_up(old, tmp_path)
    other = make_world(tmp_path / "new", database_url=fresh_database())
    sign_in(other, username="li")
    settings = other.core.settings
    other.close()

    with pytest.raises(NotRestored, match="surprise"):
        put_back(settings, archive, replace=True)

    assert names(settings) == ["li"]
    assert figures(started(settings))["expected"] == 0


def test_an_older_schema_is_migrated_up(old: World, fresh: Settings, tmp_path: Path) -> None:
    downgrade(old.core.config, "config", "-1")
    archive = backed_up(old, tmp_path)

    put_back(fresh, archive)

    database = open_database(fresh.config_url)
    assert current(database) == head("config")
    database.engine.dispose()


def test_files_take_no_backup_of_postgres(tmp_path: Path, old: World) -> None:
    archive = backed_up(old, tmp_path)

    with pytest.raises(NotRestored, match="same kind of database"):
        put_back(make_settings(tmp_path / "files", database_url=None), archive)


def test_the_doctor_asks_both_schemas(old: World, fresh: Settings) -> None:
    assert {one.state for one in stores.databases(old.core.settings)} == {State.OK}
    assert {one.state for one in stores.databases(fresh)} == {State.BAD}
