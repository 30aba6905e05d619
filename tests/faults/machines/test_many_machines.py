"""Two workers on PostgreSQL, Redis, a bucket and behind nginx, which are all killed in turn.

Players hand in all the while, by sockets and by POST, to the worker chosen by nginx and the kernel.
Acknowledged plays are counted, once.
"""

import os
import signal
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.playlog.store.snapshot import snapshot
from tests.support.devices.one_plan_crowd import booked, hand_in_more, lasting, make_players
from tests.support.devices.unruly_players import FirePlayer
from tests.support.many import WORKERS, Park, park
from tests.support.patience import PATIENCE_S, until

pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(600),
    pytest.mark.usefixtures("quiet"),
    pytest.mark.long,
]

PLAYERS = 12
BATCHES = 24
"""So many are handed in between two events."""
KILLS = int(os.environ.get("ANPING_TEST_WORKER_KILLS", "2"))
LASTS_S = 180.0 + 60.0 * KILLS
"""At most, on a busy machine: players have as much to hand in."""
BACK_S = 5.0
STARTS_S = 120.0


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Park]:
    with park(tmp_path) as one:
        monkeypatch.setenv("SSL_CERT_FILE", str(one.nginx.root))
        yield one


def go_on(players: list[FirePlayer]) -> None:
    """Return when all together have handed in some more batches."""
    hand_in_more(players, BATCHES)


def kill_a_worker(made: Park) -> None:
    """One of them, and return when there are as many again."""
    killed = made.workers()[0]
    os.kill(killed, signal.SIGKILL)
    until(
        "another worker",
        lambda: len(made.workers()) == WORKERS and killed not in made.workers(),
        patience_s=STARTS_S,
    )


def postgres_comes_back(made: Park) -> float:
    """Killed and started again; seconds until both workers are ready again."""
    made.postgres.kill()
    time.sleep(1.0)
    made.postgres.start()
    began = time.monotonic()
    until(
        "both workers are ready, as eight answers in a row say",
        lambda: all(is_ready(made.server.base) for _ in range(8)),
        patience_s=STARTS_S,
    )
    return time.monotonic() - began


def own_beat_s(made: Park) -> int:
    """When the worker that does the rounds beat for the server last."""
    with snapshot(made.world.core.plays) as tx:
        return tx.number("SELECT COALESCE(MAX(last_s), 0) FROM server_runs")


def is_ready(base: str) -> bool:
    try:
        with urllib.request.urlopen(base + "/readyz", timeout=PATIENCE_S) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError as error:
        error.close()
        return False
    except OSError:
        return False


def test_no_play_is_lost_or_doubled_whatever_is_killed(made: Park) -> None:
    players = make_players(made.world, made.nginx.base, PLAYERS, lasting(LASTS_S))
    for player in players:
        player.start()
    go_on(players)
    for _ in range(KILLS):
        kill_a_worker(made)
        go_on(players)
    made.nginx.reload()
    go_on(players)
    back_s = postgres_comes_back(made)
    go_on(players)
    made.redis.kill()
    go_on(players)
    made.redis.start()
    go_on(players)
    for player in players:
        player.finish()
    until("all is handed in", lambda: not any(one.is_alive() for one in players), patience_s=120)

    seen = sum((one.link.seen for one in players), Counter())
    refused = sum((one.refused for one in players), Counter())
    print(f"\n{sum(one.made for one in players)} plays; {dict(seen)}; refused {dict(refused)}")
    print(f"PostgreSQL's pool back after {back_s:.1f} s")
    assert [one.failure for one in players] == [""] * PLAYERS
    assert all(one.is_done for one in players)
    assert booked(made.world) == {one.screen.id: (one.made, one.made) for one in players}
    over_s = int(time.time())
    until("somebody's rounds", lambda: own_beat_s(made) > over_s)


@pytest.mark.timed
def test_they_have_their_database_back_within_five_seconds(made: Park) -> None:
    players = make_players(made.world, made.nginx.base, PLAYERS, lasting(LASTS_S))
    for player in players:
        player.start()
    go_on(players)
    back_s = postgres_comes_back(made)
    for player in players:
        player.finish()
    until("all is handed in", lambda: not any(one.is_alive() for one in players), patience_s=120)

    assert back_s <= BACK_S
