"""The server is killed and comes back: the hole is its own outage, and no screen is blamed.

The long form does it to a whole server with 500 players on sockets for ten minutes.
"""

import random
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import gevent
import pytest

from playlists.windows import Span
from server.foundation.db.session import Database
from server.monitoring.availability.calculator import AvailabilityInput, Figures, Run, availability
from server.monitoring.heartbeats.fact_reader import Facts, read_facts
from server.monitoring.heartbeats.runtime import ServerHeartbeat, watch_of
from server.playlog.ingest.flask_extension import playback_of
from server.playlog.store.snapshot import snapshot
from server.simulator.fleet.box import Box
from server.simulator.fleet.crowd import Crowd
from server.simulator.fleet.machine import Machine
from server.simulator.player.disk import Credential, Disk
from server.simulator.player.fittings import Fittings
from server.simulator.player.shelf import Shelf
from server.simulator.wire.inside import inside
from server.simulator.wire.links import NetLink, PostLink
from server.simulator.wire.protocol import Answer, NoNetwork
from tests.support.app.clock import HandClock
from tests.support.app.databases import ON_POSTGRES, open_plays
from tests.support.app.first_run import make_waiting_picture
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.world import World, make_world
from tests.support.patience import PATIENCE_S
from tests.support.processes.server import RunningServer, free_port, start_server

pytestmark = [pytest.mark.faults, pytest.mark.long]

GRACE_S = 60
PLAYERS = 20
HOLE_S = 600


class Line(PostLink):
    """The way to whichever server is there."""

    server: PostLink | None = None

    def __init__(self) -> None:
        super().__init__(self._deliver)

    def _deliver(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> Answer:
        if Line.server is None:
            raise NoNetwork
        return Line.server.serve(method, path, body, headers)


def box_of(world: World, screen: BoundScreen, cable: PostLink, machine: Machine) -> Box:
    """A virtual player with a screen's credential."""
    keys = cast("list[dict[str, Any]]", world.core.signer.public_keys())
    fittings = Fittings(cable, machine, Shelf(), random.Random(screen.id))
    disk = Disk(Credential(screen.token, screen.public_id, keys))
    return Box(disk, machine, cable, fittings)


@dataclass
class Stage:
    """A server in this process that can be killed, and players before it, by one hand clock."""

    folder: Path
    clock: HandClock = field(default_factory=HandClock)
    boxes: list[Box] = field(default_factory=list)
    screens: list[int] = field(default_factory=list)
    world: World | None = None
    heart: ServerHeartbeat | None = None

    def starts(self) -> World:
        """The server, on the data in its folder."""
        self.world = make_world(self.folder)
        self.world.clock.at_ms = self.clock.at_ms
        Line.server = inside(self.world.app)
        return self.world

    def is_killed(self) -> None:
        """What it had in memory is gone."""
        assert self.world is not None
        playback_of(self.world.app).committer.close()
        self.world.core.plays.engine.dispose()
        self.world = Line.server = None

    def lives(self, for_s: int) -> None:
        """Let time pass for all."""
        for _ in range(for_s):
            if self.world is not None:
                self.world.clock.at_ms = self.clock.at_ms
                if self.clock.at_ms // 1000 % 10 == 0:
                    self._ticks(self.world)
            for box in self.boxes:
                box.step()
            self.clock.forward(1_000)

    def _ticks(self, world: World) -> None:
        watch_of(world.app).tick(self.clock.at_ms, self.clock.at_ms / 1000)
        playback_of(world.app).committer.write_companions()


def figures_of(
    facts: Facts, screen: int, window: Span, outages: Sequence[Span], grace_s: int
) -> Figures:
    """The uptime figures of a screen that is always open."""
    runs = tuple(Run(one.from_s, one.last_s, 45) for one in facts.runs.get(screen, ()))
    ends = tuple(one.last_s for one in facts.runs.get(screen, ()))
    case = AvailabilityInput((window,), grace_s, runs, ends, tuple(outages), tuple(facts.doubts))
    return availability(case)


def blamed(facts: Facts, screens: Sequence[int], window: Span, *, grace_s: int) -> list[int]:
    """The screens that the figures hold something against."""
    figures = {one: figures_of(facts, one, window, facts.outages, grace_s) for one in screens}
    assert all(one.monitored_s for one in figures.values())
    return [screen for screen, one in figures.items() if one.up_s < one.monitored_s]


def within(spans: Sequence[Span], window: Span) -> list[Span]:
    """The spans within a window."""
    return [span for span in spans if window[0] < span[0] and span[1] < window[1]]


def facts_of(database: Database, window: Span) -> Facts:
    """The stored facts."""
    with snapshot(database) as tx:
        return read_facts(tx, *window)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    world = made.starts()
    for _ in range(PLAYERS):
        screen = make_screen(world)
        machine = Machine(lambda: float(made.clock.now_ms()))
        made.boxes.append(box_of(world, screen, Line(), machine))
        made.screens.append(screen.id)
    yield made
    Line.server = None


def test_a_server_that_is_killed_for_ten_minutes_blames_no_screen(stage: Stage) -> None:
    with snapshot(stage.world.core.plays) as tx:  # type: ignore[union-attr] # it was just started
        watch_of(stage.world.app).resume(tx)  # type: ignore[union-attr] # it was just started
    stage.lives(187)
    killed_s = stage.clock.at_ms // 1000
    stage.is_killed()
    stage.lives(HOLE_S)
    back_s = stage.clock.at_ms // 1000
    world = stage.starts()
    with snapshot(world.core.plays) as tx:
        watch_of(world.app).resume(tx)
    stage.lives(240)
    window = (killed_s - 100, stage.clock.at_ms // 1000 - 20)

    facts = facts_of(world.core.plays, window)
    [(begin, end)] = within(facts.outages, window)

    assert blamed(facts, stage.screens, window, grace_s=GRACE_S) == []
    assert killed_s - 10 <= begin <= killed_s
    assert back_s <= end <= back_s + 10
    # Without the server's own beat all of them would be.
    sure = [figures_of(facts, one, window, (), GRACE_S) for one in stage.screens]
    assert all(one.monitored_s - one.up_s > HOLE_S - 120 for one in sure)


@dataclass
class Hall:
    """A whole server in its folder, and a crowd before it, in real time."""

    folder: Path
    port: int
    server: RunningServer
    crowd: Crowd
    screens: list[int]

    def lives(self, for_s: float) -> None:
        """Let the crowd live."""
        gevent.sleep(for_s)

    def facts(self, window: Span) -> Facts:
        """Read beside the server."""
        database = open_plays(f"sqlite:///{self.folder}/data/plays.db")
        try:
            return facts_of(database, window)
        finally:
            database.engine.dispose()


def make_hall(folder: Path, players: int) -> Hall:
    """Served, and all players on sockets."""
    world = make_world(folder)
    world.clock.at_ms = time.time_ns() // 1_000_000
    port = free_port()
    screens = [make_screen(world) for _ in range(players)]
    base = f"http://127.0.0.1:{port}"
    boxes = {
        str(one.id): box_of(world, one, NetLink(base), Machine(lambda: time.time_ns() / 1e6))
        for one in screens
    }
    make_waiting_picture(world)
    world.close()
    server = start_server(folder, port)
    server.wait_until_ready()
    crowd = Crowd(boxes)
    crowd.begin(players / 50)
    return Hall(folder, port, server, crowd, [one.id for one in screens])


@dataclass(frozen=True)
class Edges:
    """How much longer a recorded outage is than the real one (s): by a heartbeat at each end."""

    before_s: int
    after_s: int


def kill_and_come_back(hall: Hall, before_s: float, hole_s: float, after_s: float) -> Edges:
    """Unannounced, as by a power cut; then compare the stored outage."""
    boxes = hall.crowd.boxes.values()
    assert hall.crowd.wait(lambda: all(box.cable.up for box in boxes), PATIENCE_S)
    hall.lives(before_s)
    killed_s = int(time.time())
    hall.server.kill()
    hall.lives(hole_s)
    back_s = int(time.time())
    hall.server = start_server(hall.folder, hall.port)
    hall.server.wait_until_ready()
    ready_s = int(time.time())
    hall.lives(after_s)
    window = (int(killed_s - before_s / 2), int(time.time()) - 15)

    facts = hall.facts(window)
    [(begin, end)] = [one for one in facts.outages if one[0] <= killed_s and back_s <= one[1]]
    before = [one for one in hall.screens if any(run.from_s <= begin for run in facts.runs[one])]
    print(
        f"\nkilled at 0 s and back at {back_s - killed_s} s: our outage from {begin - killed_s} s"
    )
    print(f"to {end - killed_s} s; {len(before)} of {len(hall.screens)} screens heard before it")

    assert blamed(facts, hall.screens, window, grace_s=90) == []
    assert before == hall.screens
    with closing(sqlite3.connect(hall.folder / "data" / "plays.db")) as store:
        assert store.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    return Edges(killed_s - begin, end - ready_s)


def killed_among(folder: Path, players: int, **times_s: float) -> Edges:
    """The same to a server of its own, with so many players."""
    hall = make_hall(folder, players)
    try:
        return kill_and_come_back(hall, **times_s)
    finally:
        hall.crowd.end()
        assert hall.server.stop() == 0


def is_within_a_beat(edges: Edges) -> bool:
    """Whether the outage on record begins and ends within a beat, and what a start takes."""
    return edges.before_s <= 12 and edges.after_s <= 15


@pytest.mark.skipif(ON_POSTGRES, reason="the store is read as a file")
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_of_whole_servers_that_are_killed_the_outage_is_on_record_and_blames_none(
    tmp_path: Path,
) -> None:
    killed_among(tmp_path, 12, before_s=45, hole_s=6, after_s=45)


@pytest.mark.skipif(ON_POSTGRES, reason="the store is read as a file")
@pytest.mark.timed
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_whole_servers_that_are_killed_lose_no_more_than_a_beat(tmp_path: Path) -> None:
    edges = killed_among(tmp_path, 12, before_s=45, hole_s=6, after_s=45)

    assert is_within_a_beat(edges), edges


@pytest.mark.skipif(ON_POSTGRES, reason="the store is read as a file")
@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_ten_minutes_without_a_server_are_held_against_none_of_500_screens(tmp_path: Path) -> None:
    edges = killed_among(tmp_path, 500, before_s=150, hole_s=HOLE_S, after_s=180)

    assert is_within_a_beat(edges), edges
