"""nginx is reloaded and killed while players hand in: sockets reconnect, no play is lost."""

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.app.world import World, make_world
from tests.support.devices.one_plan_crowd import booked, hand_in_more, lasting, make_players
from tests.support.devices.unruly_players import FirePlayer
from tests.support.patience import until
from tests.support.processes.nginx import Nginx, nginx_before
from tests.support.processes.web_worker import web_worker

pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(600),
    pytest.mark.usefixtures("quiet"),
    pytest.mark.long,
]

PLAYERS = 12
LASTS_S = 180.0
"""At most, on a busy machine: players have as much to hand in."""
RELOADS = 3
BATCHES = 40
"""So many are handed in between two events."""


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = make_world(tmp_path / "server", trusted_proxies=1)
    made.clock.at_ms = time.time_ns() // 1_000_000
    return made


@pytest.fixture
def nginx(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Nginx]:
    """In front of the production web worker; former workers end their sockets after a second."""
    with (
        web_worker(world) as worker,
        nginx_before(worker.base, tmp_path / "n", patience="1s") as one,
    ):
        monkeypatch.setenv("SSL_CERT_FILE", str(one.root))
        yield one


def reload_and_wait(nginx: Nginx) -> None:
    """Return when the former workers, and the sockets they held, are gone."""
    former = set(nginx.workers())
    nginx.reload()
    until("the end of former workers", lambda: not former & set(nginx.workers()))


def go_on(players: list[FirePlayer]) -> None:
    """Return when all together have handed in some more batches."""
    hand_in_more(players, BATCHES)


def test_no_play_is_lost_by_reloads_and_a_kill(world: World, nginx: Nginx) -> None:
    players = make_players(world, nginx.base, PLAYERS, lasting(LASTS_S))
    for player in players:
        player.start()
    for _ in range(RELOADS):
        go_on(players)
        reload_and_wait(nginx)
        go_on(players)
    nginx.kill()
    time.sleep(1.0)
    nginx.start()
    go_on(players)
    for player in players:
        player.finish()
    until("all is handed in", lambda: not any(one.is_alive() for one in players), patience_s=120)

    seen = sum((one.link.seen for one in players), Counter())
    refused = sum((one.refused for one in players), Counter())
    print(f"\n{sum(one.made for one in players)} plays; {dict(seen)}; refused {dict(refused)}")
    assert [one.failure for one in players] == [""] * PLAYERS
    assert seen["no answer"] > 0
    assert all(one.is_done for one in players)
    assert booked(world) == {one.screen.id: (one.made, one.made) for one in players}
