"""A player that was just bound gets its first assignment without waiting for the queue."""

import json
from typing import Any

import pytest

from server.inventory.screens.events import ScreenPaired
from server.publishing.assignments.rows import load
from server.publishing.manifests.rebuild_queue import rebuild_unassigned
from tests.support.app.clock import HOUR_MS
from tests.support.app.inventory import make_screen
from tests.support.app.jobs import run_jobs
from tests.support.app.office_api import Office, open_office
from tests.support.app.world import World
from tests.support.factories.assets import make_asset


@pytest.fixture
def office(world: World) -> Office:
    return open_office(world)


def assignment(world: World, screen: int) -> dict[str, Any] | None:
    with world.core.config.read() as session:
        row = load(session, [screen]).get(screen)
    return json.loads(row.text) if row is not None else None


def test_with_nothing_to_build_it_has_its_plan_at_once(world: World, office: Office) -> None:
    screen = make_screen(world).id
    assert office.world is world

    world.core.events.publish(ScreenPaired(screen))

    first = assignment(world, screen)
    assert first is not None
    assert first["activate_at"] == world.clock.now_ms()


@pytest.mark.slow
def test_a_loop_that_is_there_already_is_used_at_once(world: World, office: Office) -> None:
    make_screen(world)
    office.publish(make_asset(world))
    run_jobs(world.core)
    screen = make_screen(world).id

    world.core.events.publish(ScreenPaired(screen))

    assert assignment(world, screen) is not None


@pytest.mark.slow
def test_a_loop_that_must_be_built_is_left_to_the_jobs(world: World, office: Office) -> None:
    office.publish(make_asset(world))
    screen = make_screen(world).id

    world.core.events.publish(ScreenPaired(screen))
    assert assignment(world, screen) is None
    run_jobs(world.core)

    first = assignment(world, screen)
    assert first is not None
    assert first["activate_at"] == world.clock.now_ms()


@pytest.mark.slow
def test_a_new_box_on_an_old_screen_gets_the_plan_at_once_under_a_higher_version(
    world: World, office: Office
) -> None:
    screen = make_screen(world).id
    office.publish(make_asset(world))
    run_jobs(world.core)
    before = assignment(world, screen)
    world.clock.forward(HOUR_MS)

    world.core.events.publish(ScreenPaired(screen))

    after = assignment(world, screen)
    assert before is not None
    assert after is not None
    assert after["version"] == before["version"] + 1
    assert after["activate_at"] == world.clock.now_ms()


@pytest.mark.slow
def test_a_screen_whose_server_was_killed_just_after_binding_it_has_its_plan_after_the_next_start(
    world: World, office: Office
) -> None:
    screen = make_screen(world).id
    assert assignment(world, screen) is None

    rebuild_unassigned(world.core)
    run_jobs(world.core)

    assert assignment(world, screen) is not None
