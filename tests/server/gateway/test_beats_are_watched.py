"""Each beat, by socket or by POST, is contact; sockets that come and go are none."""

from typing import Any

import pytest

from server.inventory.screens.events import ScreenPaired, ScreenRevoked
from server.monitoring.heartbeats.runtime import stop, watch_of
from server.playlog.ingest.flask_extension import playback_of
from server.playlog.store.snapshot import snapshot
from tests.support.app.clock import START_MS
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.world import World
from tests.support.devices.socket_player import SocketPlayer, beat

START_S = START_MS // 1000


@pytest.fixture
def screen(world: World) -> BoundScreen:
    return make_screen(world)


def runs(world: World, screen: BoundScreen) -> list[tuple[int, int, int]]:
    """The durable runs after the next own heartbeat, in seconds since the start."""
    watch_of(world.app).tick(world.clock.now_ms(), world.clock.now_ms() / 1000)
    playback_of(world.app).committer.write_companions()
    query = "SELECT from_s, last_s, kind FROM contact_runs WHERE screen = ? ORDER BY from_s"
    with snapshot(world.core.plays) as tx:
        rows = tx.rows(query, (screen.id,))
    return [(low - START_S, last - START_S, kind) for low, last, kind in rows]


def posts(world: World, screen: BoundScreen, **fields: Any) -> None:
    answer = world.visitor().post(
        "/api/v1/player/beat", json=beat(**fields), headers=screen.headers
    )
    assert answer.status_code == 200, answer.text


def test_beats_by_socket_and_by_post_are_one_run(world: World, screen: BoundScreen) -> None:
    player = SocketPlayer(world, screen)
    player.send("beat", beat())
    world.clock.forward(30_000)
    posts(world, screen)
    world.clock.forward(30_000)
    player.send("beat", beat())

    assert runs(world, screen) == [(0, 60, 0)]


def test_a_socket_alone_is_no_contact(world: World, screen: BoundScreen) -> None:
    SocketPlayer(world, screen).leave()

    assert runs(world, screen) == []


def test_an_old_socket_that_closes_late_changes_nothing(world: World, screen: BoundScreen) -> None:
    old = SocketPlayer(world, screen)
    old.send("beat", beat())
    world.clock.forward(20_000)
    new = SocketPlayer(world, screen, boot="another")
    new.send("beat", beat(boot="another"))
    world.clock.forward(20_000)
    old.leave()
    world.clock.forward(10_000)
    new.send("beat", beat(boot="another"))

    assert runs(world, screen) == [(0, 50, 0)]


def test_a_copy_with_an_older_boot_does_not_count_for_the_screen(
    world: World, screen: BoundScreen
) -> None:
    SocketPlayer(world, screen, boot="older")
    posts(world, screen, boot="older")
    world.clock.forward(30_000)
    SocketPlayer(world, screen, boot="newer").send("beat", beat(boot="newer"))
    world.clock.forward(30_000)
    posts(world, screen, boot="older", state="stalled")

    assert runs(world, screen) == [(0, 30, 0)]


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"state": "off_hours"}, 2),
        ({"state": "stalled"}, 1),
        ({"visible": False}, 1),
        ({"incidents": [{"code": "asset_failed", "count": 3}]}, 1),
        ({"incidents": [{"code": "clock_jump", "count": 3}]}, 0),
        ({"on_air": {"manifest": "ab" * 32, "segment": 0, "cycle": 0, "slot": 4}}, 0),
        ({"on_air": {"asset": "ab" * 32}}, 0),
    ],
)
def test_the_state_in_a_beat_is_its_kind(
    world: World, screen: BoundScreen, fields: dict[str, Any], kind: int
) -> None:
    posts(world, screen, **fields)

    assert runs(world, screen) == [(0, 0, kind)]


@pytest.mark.parametrize("notice", [ScreenPaired, ScreenRevoked])
def test_another_player_of_a_screen_starts_a_new_run(
    world: World, screen: BoundScreen, notice: type
) -> None:
    posts(world, screen)
    world.core.events.publish(notice(screen.id))
    world.clock.forward(10_000)
    posts(world, screen)

    assert runs(world, screen) == [(0, 0, 0), (10, 10, 0)]


def test_a_server_that_ends_in_order_writes_a_last_beat(world: World, screen: BoundScreen) -> None:
    posts(world, screen)
    stop(world.app)
    playback_of(world.app).committer.write_companions()

    with snapshot(world.core.plays) as tx:
        assert tx.rows("SELECT from_s, last_s FROM server_runs") == [(START_S, START_S)]
        assert tx.number("SELECT COUNT(*) FROM contact_runs") == 1
