"""The name that each screen's player gives itself is stored, by any of several workers."""

import pytest
from sqlalchemy import update

from server.gateway.connection.messages import Beat
from server.gateway.rollouts.runtime import rounds_of
from server.inventory.screens.models import Screen
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.world import World
from tests.support.factories.releases import NEW, OLD
from tests.support.reporting.spot_checks import live_of


@pytest.fixture
def screen(world: World) -> BoundScreen:
    return make_screen(world)


def stored_after_beat(world: World, screen: BoundScreen, boot: str, player: str) -> str | None:
    """Receive a heartbeat in this worker; the stored name after its round."""
    beat = Beat(boot=boot, state="playing", player=player)
    live_of(world).presence.record_beat(screen.id, world.clock.now_ms(), beat)
    rounds_of(world.app).run_round()
    with world.core.config.read() as session:
        return session.get_one(Screen, screen.id).player


def test_it_is_stored_as_soon_as_it_is_sent(world: World, screen: BoundScreen) -> None:
    assert stored_after_beat(world, screen, "one", OLD) == OLD
    assert stored_after_beat(world, screen, "two", NEW) == NEW


def test_one_that_was_another_at_another_worker_and_is_back_is_kept_again(
    world: World, screen: BoundScreen
) -> None:
    stored_after_beat(world, screen, "one", OLD)
    with world.core.config.write() as session:  # by the worker that it beat to meanwhile
        session.execute(update(Screen).where(Screen.id == screen.id).values(player=NEW))

    assert stored_after_beat(world, screen, "one", OLD) == NEW
    assert stored_after_beat(world, screen, "three", OLD) == OLD
