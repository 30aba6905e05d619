"""The web server is killed: all players are back within seconds, and no play is lost.

The long forms do it with 5,000 and 10,000.
"""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.app.first_run import make_waiting_picture
from tests.support.app.inventory import make_screen, make_venue
from tests.support.app.world import World, make_world
from tests.support.devices.reconnect_storm import Storm
from tests.support.processes.server import RunningServer, free_port, start_server
from tests.support.speed.memory import tree

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.long]

SHORT, LONG, STORM = 200, 5_000, 10_000
AFTER_IT_LISTENS_S = 6.0
AFTER_THE_KILL_S = 12.0
STORM_S = 120.0


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A district whose screens are bound."""
    made = make_world(tmp_path)
    make_waiting_picture(made)
    yield made
    made.close()


def storm_over(world: World, server: RunningServer, port: int, players: int) -> tuple[float, float]:
    """Kill the web server; seconds from its listening and from the kill until all are back."""
    storm = Storm.of(port, [make_screen(world, venue=1) for _ in range(players)])
    try:
        assert storm.run(storm.all_back, 120), "they didn't come in"
        storm.forget_times()
        killed_s = time.monotonic()
        kill_web(server)
        assert storm.run(storm.all_back, 120), "they didn't come back"
        back_s = max(one.back_s or 0.0 for one in storm.players)
        print(
            f"\n{players} players: it listened {(storm.listening_s or 0) - killed_s:.1f} s after "
            f"the kill, the last was back {back_s - (storm.listening_s or 0):.1f} s later, "
            f"{back_s - killed_s:.1f} s after the kill; {storm.tries} tries, "
            f"{storm.asked_to_wait} asked to hand in later"
        )
        assert {one.acked for one in storm.players} == {2}
        assert held(world) == 2 * players
    finally:
        storm.close()
    return back_s - (storm.listening_s or 0), back_s - killed_s


def kill_web(server: RunningServer) -> None:
    """gunicorn and its worker, as by the kernel; the parent and the jobs stay."""
    for pid in tree(server.process.pid)[1:]:
        if b"gunicorn" in Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(pid, signal.SIGKILL)


def held(world: World) -> int:
    """Plays that the store holds."""
    with world.core.plays.read() as session:
        found = session.connection().exec_driver_sql("SELECT sum(upto) FROM boots")
        return int(found.scalar_one())


def served(world: World, port: int) -> RunningServer:
    """The whole server on the world's data."""
    server = start_server(world.core.settings.data.parent, port)
    server.wait_until_ready()
    return server


def come_back(world: World, players: int) -> tuple[float, float]:
    """The same on a server of its own."""
    make_venue(world)
    port = free_port()
    server = served(world, port)
    try:
        return storm_over(world, server, port, players)
    finally:
        server.stop()


def test_two_hundred_are_back_and_none_has_lost_a_play(world: World) -> None:
    come_back(world, SHORT)


@pytest.mark.timed
def test_two_hundred_are_back_within_seconds(world: World) -> None:
    after_listening_s, _ = come_back(world, SHORT)

    assert after_listening_s <= AFTER_IT_LISTENS_S


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_five_thousand_are_back_within_seconds(world: World) -> None:
    after_listening_s, after_the_kill_s = come_back(world, LONG)

    assert after_listening_s <= AFTER_IT_LISTENS_S
    assert after_the_kill_s <= AFTER_THE_KILL_S


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_a_storm_of_ten_thousand_is_over_in_two_minutes(world: World) -> None:
    _, after_the_kill_s = come_back(world, STORM)

    assert after_the_kill_s <= STORM_S
