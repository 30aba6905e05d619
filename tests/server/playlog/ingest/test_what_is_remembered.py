"""The cached inputs of verdicts are read again when they have changed, not at other writes."""

import re
from importlib import import_module

import pytest
from sqlalchemy import text

from server.playlog.ingest.context_cache import ContextCache
from server.playlog.model.screen_context import ScreenContext
from tests.support.app.databases import ON_POSTGRES
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.world import World

pytestmark = pytest.mark.skipif(ON_POSTGRES, reason="each question reads anew there")

DIGEST = "a" * 64
TENURE = (
    "INSERT INTO tenures (id, screen_id, manifest, version, from_ms, reported)"
    " VALUES (7, :screen, :digest, 1, 5, 0)"
)
TAKEOVER = (
    "INSERT INTO assigned_takeovers (id, screen_id, object, asset, from_ms, until_ms)"
    " VALUES (7, :screen, 'x_1', :digest, 5, 6)"
)
MATTERS = (
    "UPDATE screens SET retired_at = 5 WHERE id = :screen",
    "UPDATE screens SET revoked_at = 5 WHERE id = :screen",
    "UPDATE screens SET public_key = 'null' WHERE id = :screen",
    "UPDATE screens SET enrolled_at = 5 WHERE id = :screen",
    "UPDATE screens SET venue_id = (SELECT max(id) FROM venues) WHERE id = :screen",
    "UPDATE venues SET kind = 'school'",
    "UPDATE venues SET unit_id = (SELECT max(id) FROM units)",
    "UPDATE venues SET territory_unit_id = (SELECT max(id) FROM units)",
    "UPDATE venues SET line_id = NULL",
    TENURE.replace("(7,", "(8,"),
    "UPDATE tenures SET reported = 1",
    "DELETE FROM tenures",
    TAKEOVER.replace("(7,", "(8,"),
    "UPDATE assigned_takeovers SET until_ms = 7",
    "DELETE FROM assigned_takeovers",
)
MATTERS_NOT = (
    "UPDATE screens SET name = 'another' WHERE id = :screen",
    "UPDATE venues SET name = 'another'",
    "UPDATE manifests SET made_at = 2",
)


@pytest.fixture
def screen(world: World) -> BoundScreen:
    """A screen with a tenure and a takeover."""
    made = make_screen(world)
    write(world, made, "INSERT INTO manifests VALUES (:digest, '', 1)")
    write(world, made, TENURE)
    write(world, made, TAKEOVER)
    return made


@pytest.fixture
def knowledge(world: World, screen: BoundScreen) -> ContextCache:
    """It has been asked for the screen once."""
    made = ContextCache(world.core)
    assert made.screen_context(screen.id) is made.screen_context(screen.id), "it remembers nothing"
    return made


def write(world: World, screen: BoundScreen, statement: str) -> None:
    with world.core.config.write() as session:
        values = {"screen": screen.id, "digest": DIGEST}
        named = {name: one for name, one in values.items() if f":{name}" in statement}
        session.execute(text(statement), named)


@pytest.mark.parametrize("statement", MATTERS)
def test_changed_inputs_of_verdicts_are_read_again(
    world: World, screen: BoundScreen, knowledge: ContextCache, statement: str
) -> None:
    before = knowledge.screen_context(screen.id)
    write(world, screen, statement)

    assert knowledge.screen_context(screen.id) is not before


@pytest.mark.parametrize("statement", MATTERS_NOT)
def test_other_changes_keep_the_cache(
    world: World, screen: BoundScreen, knowledge: ContextCache, statement: str
) -> None:
    before = knowledge.screen_context(screen.id)
    write(world, screen, statement)

    assert knowledge.screen_context(screen.id) is before


@pytest.mark.parametrize("statement", [one for one in MATTERS if ":screen" in one])
def test_what_matters_to_one_screen_leaves_others_as_they_were(
    world: World, screen: BoundScreen, knowledge: ContextCache, statement: str
) -> None:
    other = make_screen(world)
    before = knowledge.screen_context(other.id)
    knowledge.screen_context(screen.id)
    write(world, screen, statement)

    assert knowledge.screen_context(other.id) is before


def test_values_read_before_a_change_are_not_cached_after_it(
    world: World, screen: BoundScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one question waits for the database, another one notices the change."""
    other, knowledge = make_screen(world), ContextCache(world.core)
    read = knowledge._read

    def read_slowly(wanted: int) -> dict[int, ScreenContext]:
        found = read(wanted)
        monkeypatch.setattr(knowledge, "_read", read)
        write(world, screen, "UPDATE venues SET kind = 'school'")
        knowledge.screen_context(other.id)
        return found

    monkeypatch.setattr(knowledge, "_read", read_slowly)
    knowledge.screen_context(screen.id)

    context = knowledge.screen_context(screen.id)
    assert context is not None
    assert context.place.venue_kind == "school"


def test_all_that_is_read_is_counted(world: World) -> None:
    """A later migration that recreates one of the tables would lose its triggers."""
    migration = import_module(
        "server.foundation.db.migrations.config.versions.0031_standing_changes"
    )
    triggers = (*migration.TOLD, ("venues", migration.VENUES, ""))
    wanted = {(table, act.split(maxsplit=1)[0]) for table, act, _ in triggers}
    with world.core.config.read() as session:
        query = text(
            "SELECT tbl_name, sql FROM sqlite_master WHERE name LIKE 'standing!_%' ESCAPE '!'"
            " AND type = 'trigger'"
        )
        found = {
            (table, str(re.search(r"AFTER (\w+)", sql)[1]))  # type: ignore[index] # all have it
            for table, sql in session.execute(query)
        }

    assert found == wanted
