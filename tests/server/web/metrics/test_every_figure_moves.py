"""docs/metrics.md and a running server have the same figures, and each moves at its time.

One web worker as in production, to which everything happens once.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
import requests

from server.foundation.crypto.tls import init_ca
from server.foundation.jobs.service import enqueue
from server.foundation.storage import reserve
from server.inventory.screens.models import Screen
from server.operations.backup.take import Order, back_up
from server.publishing.assignments.outbox import knock
from tests.support.app.clock import HOUR_MS, MINUTE_MS
from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.app.jobs import run_jobs
from tests.support.app.world import World, make_world
from tests.support.devices.real_player import RealPlayer
from tests.support.devices.socket_player import BOOT, NAMESPACE, beat
from tests.support.factories.incidents import make_incident
from tests.support.factories.manifests import assign
from tests.support.monitoring import printed_metrics as reading
from tests.support.monitoring.printed_metrics import Figures, documented
from tests.support.network.raw_socket import RawSocket
from tests.support.patience import PATIENCE_S, until
from tests.support.plays.on_air import put_on_air
from tests.support.plays.plays import in_batches, make_batch, make_programme
from tests.support.processes.web_worker import WebWorker, web_worker

pytestmark = pytest.mark.slow

READING = "../../../faults/processes/test_the_reading_process_goes_away.py"
ELSEWHERE: Final = {
    "anping_commits_failing": "test_what_is_wrong_is_seen.py",
    "anping_commits_waiting": "test_what_is_wrong_is_seen.py",
    "anping_database_connections": "test_what_is_wrong_is_seen.py",
    "anping_database_lock_failures_total": "test_what_is_wrong_is_seen.py",
    "anping_database_up": "test_what_is_wrong_is_seen.py",
    "anping_jobs": "test_figures.py",
    "anping_jobs_late_seconds": "test_figures.py",
    "anping_reading_calls": READING,
    "anping_reading_failures_total": READING,
    "anping_reading_memory_bytes": READING,
    "anping_reading_up": READING,
    "anping_redis_up": "../../../support/processes/two_workers.py",
    "anping_workers": "test_several_workers_answer_as_one.py",
}
"""What moves with trouble alone, or with more workers: the files whose tests have it move."""
FIXED: Final = {
    'anping_socket_layer{layer="own"}': 1.0,
    'anping_socket_layer{layer="stock"}': 0.0,
    'anping_processes{process="web"}': 2.0,
}
"""Figures of how the server was started, constant until the next start.

`web` is gunicorn's own process with the worker; others are in test_sister_processes.py.
"""
CONSTANT: Final = frozenset(
    {
        "anping_build_info",
        "anping_data_size_bytes",
        "anping_database_connections_limit",
        "anping_process_max_fds",
        "anping_process_start_time_seconds",
        "anping_process_virtual_memory_bytes",
        "anping_processes",
        "anping_socket_layer",
        "anping_socket_ring",
    }
)
"""Figures that may be constant as long as a server runs."""
SLOTS: Final = 200
"""Pictures in a manifest, which then has some 50 KB."""


@dataclass
class Site:
    """A server in other processes, and what it printed before, while and after all happened."""

    world: World
    server: WebWorker
    scrapes: list[Figures] = field(default_factory=list)

    @property
    def before(self) -> Figures:
        return self.scrapes[0]

    @property
    def after(self) -> Figures:
        return self.scrapes[-1]

    def scrape(self) -> Figures:
        self.scrapes.append(reading.read(self.text()))
        return self.after

    def text(self) -> str:
        answer = requests.get(f"{self.server.base}/metrics", timeout=PATIENCE_S)
        answer.raise_for_status()
        return answer.text

    def post(self, path: str, screen: BoundScreen, payload: object) -> None:
        url = f"{self.server.base}/api/v1/player/{path}"
        done = requests.post(url, json=payload, headers=screen.headers, timeout=PATIENCE_S)
        done.raise_for_status()

    def seen(self, holds: Callable[[Figures], bool]) -> Figures:
        """A scrape of which this holds."""

        def scrape() -> Figures | None:
            found = self.scrape()
            return found if holds(found) else None

        return until("the figures", scrape)

    def grew(self, name: str) -> float:
        return self.after.get(name, 0.0) - self.before.get(name, 0.0)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    world = make_world(tmp_path_factory.mktemp("figures"))
    with web_worker(world) as server:
        made = Site(world, server)
        made.seen(lambda found: found["anping_reserve_kept"] == 1)
        del made.scrapes[:-1]
        everything_happens(made)
        yield made


def everything_happens(site: Site) -> None:
    """Once, one thing after the other; the last scrape is taken when all of it is done."""
    folder, now = site.world.core.settings.data, datetime.now(UTC)
    a_client_stops_reading(site)
    player_comes(site)
    plays_are_handed_in(site)
    requests.get(f"{site.server.base}/api/v1/units", timeout=PATIENCE_S)
    make_incident(site.world, make_screen(site.world))
    init_ca(folder / "keys" / "tls", now)
    back_up(site.world.core.settings, Order(folder / "b.tar.gz", "0.1.0", millis()))
    (folder / reserve.NAME).unlink()
    # By one reading of the clock: a job that is due a millisecond later would not be run.
    site.world.clock.at_ms = now_ms = millis()
    with site.world.core.config.write() as session:
        enqueue(session, "keep_plays", "all", now_ms)
    run_jobs(site.world.core)
    site.seen(lambda found: found["anping_loop_lag_seconds_count"] > 0)


def a_client_stops_reading(site: Site) -> None:
    """Until something waits for it, and something was passed over."""
    screen = make_screen(site.world)
    with closing(RawSocket(site.server.base, receive_bytes=4096)) as client:
        client.enter(token=screen.token, boot=BOOT, version=None)
        version = 0

        def is_full() -> Figures | None:
            nonlocal version
            version += 1
            assign(site.world, screen.id, *(f"{version}-{number}" for number in range(SLOTS)))
            knock(site.world.core.settings.data)
            found = site.scrape()
            return found if found["anping_socket_dropped_total"] > 0 else None

        found = until("a back-log", is_full)
    assert found["anping_socket_stalled"] == 1
    assert found["anping_socket_held_bytes"] > 0


def player_comes(site: Site) -> None:
    """It has a socket, gets an order, accepts it and beats.

    Another one beats by POST and pauses.
    """
    screen = make_screen(site.world)
    player = RealPlayer(site.server.base, screen).connect()
    assign(site.world, screen.id)
    knock(site.world.core.settings.data)
    player.wait_for("assignment")
    player.client.call("beat", beat(), namespace=NAMESPACE, timeout=PATIENCE_S)
    site.post("beat", make_screen(site.world), beat())
    with site.world.core.config.write() as session:
        session.get_one(Screen, make_screen(site.world).id).revoked_at = millis()


def plays_are_handed_in(site: Site) -> None:
    """A minute's four, the same again, and one of a plan that was never made here."""
    screen, begin_ms = make_screen(site.world), millis() - HOUR_MS
    with site.world.core.config.write() as session:
        session.get_one(Screen, screen.id).enrolled_at = begin_ms - HOUR_MS
    programme, strange = make_programme(begin_ms), make_programme(begin_ms, salt=3)
    put_on_air(site.world, screen, programme, begin_ms)
    slots = programme.slots(begin_ms + MINUTE_MS, begin_ms + 2 * MINUTE_MS)
    for batch in in_batches(programme, slots, 10) * 2:
        site.post("plays", screen, batch)
    later = strange.slots(begin_ms + 5 * MINUTE_MS, begin_ms + 6 * MINUTE_MS)[:1]
    site.post("plays", screen, make_batch(strange, later, first=len(slots) + 1))


def millis() -> int:
    return time.time_ns() // 1_000_000


def test_the_page_and_the_server_have_the_same_figures_of_the_same_kinds(site: Site) -> None:
    assert reading.printed(site.text()) == documented()


def test_each_figure_moves_or_is_a_constant_of_the_start(site: Site) -> None:
    moved = {
        name
        for name in documented()
        if any(reading.of(one, name) != reading.of(site.before, name) for one in site.scrapes)
    }

    assert set(documented()) - moved - CONSTANT - set(ELSEWHERE) == set()
    assert {name: site.after[name] for name in FIXED} == FIXED


@pytest.mark.parametrize(("name", "file"), ELSEWHERE.items())
def test_what_moves_with_trouble_alone_has_its_test_elsewhere(name: str, file: str) -> None:
    assert name in (Path(__file__).parent / file).read_text(encoding="utf-8")


def test_orders_and_their_answers_are_counted(site: Site) -> None:
    assert site.grew('anping_push_acks_total{outcome="accepted"}') == 1
    assert site.grew("anping_push_ack_seconds_count") == 1
    assert site.grew('anping_pushes_total{kind="assignment"}') > 1
    assert site.grew('anping_pushes_total{kind="manifest"}') > 1


def test_beats_are_counted_by_the_way_they_came(site: Site) -> None:
    assert site.grew('anping_beats_total{way="socket"}') == 1
    assert site.grew('anping_beats_total{way="post"}') == 1
    assert site.after['anping_screens{state="online"}'] == 2
    assert site.after['anping_screens{state="revoked"}'] == 1


def test_each_play_is_counted_once_and_quarantined_ones_by_their_reason(site: Site) -> None:
    assert site.grew("anping_play_batches_total") == 3
    assert site.grew("anping_plays_acknowledged_total") == 5
    assert site.grew('anping_plays_quarantined_total{reason="unknown_manifest"}') == 1
    aside = reading.of(site.after, "anping_plays_quarantined_total")
    assert sum(aside.values()) == 1


def test_commits_are_timed_with_the_size_of_their_groups(site: Site) -> None:
    assert site.grew("anping_commit_seconds_count") >= 3
    assert site.grew("anping_commit_group_size_count") == site.grew("anping_commit_seconds_count")
    assert site.grew("anping_commit_group_size_sum") >= 3


def test_a_connection_is_in_one_state(site: Site) -> None:
    found = reading.of(site.after, "anping_socket_connections")

    assert found['anping_socket_connections{state="open"}'] >= 1
    assert sum(found.values()) == site.after["anping_sockets"]


def test_a_job_that_another_process_did_is_seen(site: Site) -> None:
    assert site.grew('anping_jobs_ended_total{kind="keep_plays",outcome="done"}') == 1
    assert site.after['anping_rollup_lag_seconds{rollup="plays"}'] < PATIENCE_S
    assert site.after['anping_processes_resident_bytes{process="web"}'] > 1 << 20
