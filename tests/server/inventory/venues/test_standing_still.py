"""Cached places are read again as soon as anybody has changed them, and not before."""

import re
from importlib import import_module

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from server.accounts.actor import Actor, Grant
from server.foundation.db.session import open_database
from server.inventory.venues import access
from server.inventory.venues.lookup_cache import MOST, PlaceCache
from server.inventory.venues.models import Line, Venue
from tests.support.app.databases import ON_POSTGRES, url_of
from tests.support.app.inventory import make_screen, make_unit, make_venue
from tests.support.app.people import sign_in
from tests.support.app.world import World

COUNTED = pytest.mark.skipif(ON_POSTGRES, reason="each question reads anew there")
MIGRATION = import_module("server.foundation.db.migrations.config.versions.0032_place_changes")
LAST = "(SELECT max(id) FROM {})"
NEW_VALUES = {
    "units": {"parent_id": "NULL", "path": "'/7/'"},
    "lines": {"unit_id": LAST.format("units")},
    "venues": {
        "unit_id": LAST.format("units"),
        "territory_unit_id": LAST.format("units"),
        "line_id": "NULL",
        "kind": "'school'",
        "access": "'manual'",
        "hours": "'{}'",
        "closed_dates": "'[]'",
        "extra_hours": "'{}'",
    },
    "venue_contacts": {"venue_id": LAST.format("venues"), "user_id": LAST.format("users")},
    "screens": {"venue_id": LAST.format("venues")},
}
MATTERS = [
    *(
        f"UPDATE {table} SET {column} = {NEW_VALUES[table].get(column, '5')}"  # noqa: S608 - names of a migration
        for table, columns in MIGRATION.COUNTED.items()
        for column in columns.split(", ")
    ),
    "DELETE FROM screens",
    "DELETE FROM venue_contacts",
    "INSERT INTO units (path, name, leader, contact) VALUES ('/9/', '', '', '')",
]
MATTERS_NOT = (
    "UPDATE screens SET player = '2.0', serial = 'BOX-2'",
    "UPDATE venues SET contact_phone = '13800000000'",
    "UPDATE user_sessions SET seen_at = 5",
)


@pytest.fixture
def cache(world: World) -> PlaceCache:
    """One object of each kind is there, and venues were read once."""
    person = sign_in(world)
    make_screen(world, venue=make_venue(world, unit=make_unit(world), contacts=(person.user_id,)))
    with world.core.config.write() as session:
        session.add(Line(unit_id=person.unit_id, name="1 路", created_at=0))
    made = PlaceCache()
    read(world, made)
    return made


def names(session: Session) -> list[str]:
    return list(session.scalars(select(Venue.name).order_by(Venue.id)))


def read(world: World, cache: PlaceCache, key: str = "names") -> list[str]:
    with world.core.config.read() as session:
        return cache.of(session, key, lambda: names(session))


def write_elsewhere(world: World, statement: str) -> None:
    """As another process does it, on a connection of its own."""
    other = open_database(url_of(world.core.config))
    with other.write() as session:
        session.execute(text("PRAGMA foreign_keys = OFF") if other.is_sqlite else text("SELECT 1"))
        session.execute(text(statement))
    other.engine.dispose()


def test_a_change_by_another_process_is_noticed(world: World, cache: PlaceCache) -> None:
    before = read(world, cache)

    write_elsewhere(world, "UPDATE venues SET name = '工商银行'")

    assert before == ["建设银行城关支行"]
    assert read(world, cache) == ["工商银行"]


def test_own_writes_are_read_again(world: World, cache: PlaceCache) -> None:
    make_venue(world, name="实验小学")

    assert read(world, cache) == ["建设银行城关支行", "实验小学"]


def test_a_write_that_is_undone_changes_nothing(world: World, cache: PlaceCache) -> None:
    with world.core.config.write() as session:
        session.execute(text("UPDATE venues SET name = '工商银行'"))
        session.rollback()

    assert read(world, cache) == ["建设银行城关支行"]


@pytest.mark.slow
@COUNTED
@pytest.mark.parametrize("statement", MATTERS)
def test_all_shown_columns_of_places_have_triggers(
    world: World, cache: PlaceCache, statement: str
) -> None:
    before = read(world, cache)
    assert read(world, cache) is before, "it remembers nothing"

    write_elsewhere(world, statement)

    assert read(world, cache) is not before


@COUNTED
@pytest.mark.parametrize("statement", MATTERS_NOT)
def test_other_writes_keep_the_cache(world: World, cache: PlaceCache, statement: str) -> None:
    before = read(world, cache)
    write_elsewhere(world, statement)

    assert read(world, cache) is before


def test_an_older_snapshot_reads_its_own_state_and_spoils_no_cache(
    world: World, cache: PlaceCache
) -> None:
    with world.core.config.read() as older:
        before = names(older)
        write_elsewhere(world, "UPDATE venues SET name = '工商银行'")
        now = read(world, cache)
        then = cache.of(older, "names", lambda: names(older))

    assert then == before == ["建设银行城关支行"]
    assert now == read(world, cache) == ["工商银行"]


def test_answers_are_separate_and_the_oldest_is_evicted(world: World, cache: PlaceCache) -> None:
    with world.core.config.read() as session:
        answers = [cache.of(session, key, lambda key=key: [key]) for key in range(MOST + 1)]
        again = [cache.of(session, key, lambda key=key: [key]) for key in range(MOST + 1)]

    assert again == answers == [[key] for key in range(MOST + 1)]
    assert len(cache._cached) <= MOST  # what it weighs can't be seen otherwise


@COUNTED
def test_all_that_is_remembered_is_counted(world: World) -> None:
    """A later migration that recreates one of the tables would lose its triggers."""
    query = text("SELECT tbl_name, sql FROM sqlite_master WHERE name LIKE 'places!_%' ESCAPE '!'")
    with world.core.config.read() as session:
        found = {
            (table, str(re.search(r"AFTER (\w+)", sql)[1]))  # type: ignore[index] # all have it
            for table, sql in session.execute(query)
        }

    assert found == {(table, act) for table in MIGRATION.COUNTED for act in MIGRATION.ACTS}


def test_people_with_the_same_scope_share_the_cache_and_contacts_have_their_own() -> None:
    def sight(user: int, *grants: Grant) -> object:
        return access.sight_of(Actor(user, "", 1, grants), "reports.read")

    street, wide = Grant("viewer", "/1/4/"), Grant("viewer", "/1/")
    at_venues = Grant("venue", "/1/4/")

    assert sight(1, street) == sight(2, street, Grant("nobody", "/1/"))  # type: ignore[arg-type] # no role that may
    assert sight(1, street) != sight(1, wide)
    assert sight(1, at_venues) != sight(2, at_venues)
    assert sight(1, street) != sight(1, Grant("publicity", "/1/4/"))
