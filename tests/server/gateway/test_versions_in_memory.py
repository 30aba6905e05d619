"""A follower of the outbox has each screen's newest version without asking the database."""

import pytest

from server.gateway.connection.push import Pump
from server.gateway.connection.socket_sender import Players
from server.gateway.connection.state import NOTHING, Live
from tests.support.app.inventory import make_screen
from tests.support.app.world import World
from tests.support.browser.page_inventory import statements
from tests.support.factories.manifests import assign


@pytest.fixture
def live(world: World) -> Live:
    made: Live = world.app.extensions["anping.live"]
    return made


class Nobody(Players):
    """No sockets."""

    def __init__(self) -> None:
        pass


def test_neither_a_screen_with_an_assignment_nor_one_without_costs_a_query(
    world: World, live: Live
) -> None:
    planned, bare = make_screen(world), make_screen(world)
    assign(world, planned.id, "first")
    Pump(world.core, live, Nobody()).begin()
    with statements(world) as asked:
        assert live.versions.of(world.core, planned.id).version == 1
        assert live.versions.of(world.core, bare.id) == NOTHING
    assert not asked


def test_a_later_version_is_cached_after_a_poll(world: World, live: Live) -> None:
    screen = make_screen(world)
    pump = Pump(world.core, live, Nobody())
    pump.begin()
    assign(world, screen.id, "first")
    pump.push_new()
    with statements(world) as asked:
        assert live.versions.of(world.core, screen.id).version == 1
    assert not asked


def test_an_evicted_version_is_queried_until_a_poll(world: World, live: Live) -> None:
    screen = make_screen(world)
    pump = Pump(world.core, live, Nobody())
    pump.begin()
    assign(world, screen.id, "first")
    live.versions.forget(screen.id)
    assert live.versions.of(world.core, screen.id).version == 1
    with statements(world) as asked:
        assert live.versions.of(world.core, screen.id).version == 1
    assert not asked


def test_nobody_who_doesnt_follow_takes_memory_for_the_whole(world: World, live: Live) -> None:
    screen = make_screen(world)
    assign(world, screen.id, "first")
    assert live.versions.of(world.core, screen.id).version == 1
