"""After a restore versions go on above what players have, and issued_at never goes back."""

import json
from pathlib import Path
from typing import Any

import pytest

from server.gateway.connection import handlers
from server.gateway.connection.state import Live
from tests.support.app.clock import MINUTE_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.world import World, make_world
from tests.support.devices.protocol_player import WirePlayer
from tests.support.devices.socket_player import SocketPlayer
from tests.support.factories.manifests import assign
from tests.support.plays.plays import make_programme
from tests.support.plays.restore import backed_up, restored

HAS = 5


@pytest.fixture
def screen_and_world(tmp_path: Path) -> tuple[BoundScreen, World]:
    """A server restored to version 1 of a screen whose player has version 5."""
    world = make_world(tmp_path / "server")
    screen = make_screen(world)
    assign(world, screen.id, "one")
    archive = backed_up(world, tmp_path / "b.tar.gz")
    for name in ("two", "three", "four", "five"):
        world.clock.forward(MINUTE_MS)
        assign(world, screen.id, name)
    assert newest(world, screen)["version"] == HAS
    return screen, restored(world, archive, world.clock.now_ms() + MINUTE_MS)


def newest(world: World, screen: BoundScreen) -> dict[str, Any]:
    answer = world.visitor().get("/api/v1/player/assignment", headers=screen.headers)
    assert answer.status_code == 200, answer.text
    order: dict[str, Any] = json.loads(answer.json["assignment"])
    return order


def live_of(world: World) -> Live:
    found: Live = world.app.extensions["anping.live"]
    return found


@pytest.mark.slow
def test_a_beat_with_a_higher_version_is_answered_with_one_above_it(
    screen_and_world: tuple[BoundScreen, World],
) -> None:
    screen, world = screen_and_world
    player = WirePlayer(screen, make_programme(START_MS))

    version = player.beat(world, version=HAS)

    assert version == newest(world, screen)["version"] == HAS + 1


@pytest.mark.slow
def test_a_connection_with_a_higher_version_is_sent_one_above_it(
    screen_and_world: tuple[BoundScreen, World],
) -> None:
    screen, world = screen_and_world

    player = SocketPlayer(world, screen, version=HAS)

    sent = [json.loads(one["assignment"])["version"] for one in player.received("assignment")]
    assert sent == [HAS + 1]
    player.leave()


@pytest.mark.slow
def test_a_refusal_that_names_a_higher_version_is_followed_by_one_above_it(
    screen_and_world: tuple[BoundScreen, World],
) -> None:
    screen, world = screen_and_world
    receipt = {"version": HAS, "state": "refused", "reason": "old_version"}

    handlers.take_receipt(world.core, live_of(world), screen.id, 1, receipt)

    assert newest(world, screen)["version"] == HAS + 1


@pytest.mark.slow
def test_a_player_below_the_server_gets_the_server_s_newest(
    screen_and_world: tuple[BoundScreen, World],
) -> None:
    screen, world = screen_and_world
    WirePlayer(screen, make_programme(START_MS)).beat(world, version=HAS)

    behind = SocketPlayer(world, screen, version=2)

    sent = [json.loads(one["assignment"])["version"] for one in behind.received("assignment")]
    assert sent == [HAS + 1]
    behind.leave()


@pytest.mark.slow
def test_an_order_written_after_the_restore_is_never_issued_before_the_last_one(
    tmp_path: Path,
) -> None:
    world = make_world(tmp_path / "server")
    screen = make_screen(world)
    assign(world, screen.id, "one")
    archive = backed_up(world, tmp_path / "b.tar.gz")
    last = newest(world, screen)["issued_at"]

    world = restored(world, archive, START_MS - MINUTE_MS)
    assign(world, screen.id, "two")

    assert newest(world, screen)["issued_at"] == last


@pytest.mark.slow
def test_a_number_that_no_server_issued_is_not_trusted(
    screen_and_world: tuple[BoundScreen, World],
) -> None:
    screen, world = screen_and_world

    WirePlayer(screen, make_programme(START_MS)).beat(world, version=2**53 - 1)

    assert newest(world, screen)["version"] == 1
