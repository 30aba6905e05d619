"""A restore is an outage of ours: from the backup's last heartbeat to the first afterwards."""

from pathlib import Path

import pytest

from server.monitoring.heartbeats.fact_reader import ContactRun, read_facts
from server.monitoring.heartbeats.runtime import watch_of
from server.playlog.ingest.flask_extension import playback_of
from server.playlog.store.display_intervals import Proof
from server.playlog.store.snapshot import snapshot
from tests.support.app.clock import HOUR_MS, MINUTE_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.world import World, make_world
from tests.support.devices.socket_player import beat
from tests.support.plays.restore import backed_up, restored

pytestmark = pytest.mark.slow

START_S = START_MS // 1000


def begins(world: World) -> None:
    with snapshot(world.core.plays) as tx:
        watch_of(world.app).resume(tx)


def lives(world: World, screen: BoundScreen, until_ms: int) -> None:
    """Beats of the screen, and the server's own."""
    while world.clock.at_ms < until_ms:
        if world.clock.at_ms % 30_000 == 0:
            client = world.visitor()
            client.post("/api/v1/player/beat", json=beat(), headers=screen.headers)
        watch_of(world.app).tick(world.clock.at_ms, world.clock.at_ms / 1000)
        playback_of(world.app).committer.write_companions()
        world.clock.forward(10_000)


def test_contacts_in_the_backup_are_restored_and_the_rest_is_our_outage(tmp_path: Path) -> None:
    world = make_world(tmp_path / "server")
    screen = make_screen(world)
    proof = Proof(screen.id, [(START_S, START_S + 300)])
    begins(world)
    playback_of(world.app).committer.submit(lambda tx: tx.prove(proof))
    lives(world, screen, START_MS + 10 * MINUTE_MS)
    archive = backed_up(world, tmp_path / "b.tar.gz")
    lives(world, screen, START_MS + 30 * MINUTE_MS)

    back = restored(world, archive, START_MS + HOUR_MS)
    begins(back)
    lives(back, screen, START_MS + HOUR_MS + 10 * MINUTE_MS)
    with snapshot(back.core.plays) as tx:
        facts = read_facts(tx, START_S, START_S + 4_200)

    assert facts.runs[screen.id] == [
        ContactRun(START_S, START_S + 570, 0),
        ContactRun(START_S + 3_600, START_S + 4_170, 0),
    ]
    assert facts.evidence == {screen.id: [(START_S, START_S + 300)]}
    assert (START_S + 590, START_S + 3_600) in facts.outages
