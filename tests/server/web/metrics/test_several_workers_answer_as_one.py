"""Any of several workers gives Prometheus the same figures of all of them."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import requests

from tests.support.app.inventory import BoundScreen, make_screen
from tests.support.devices.real_player import RealPlayer
from tests.support.devices.socket_player import beat
from tests.support.monitoring.printed_metrics import Figures, documented, of, printed, read
from tests.support.patience import PATIENCE_S, until
from tests.support.processes.two_workers import Pair, two_workers
from tests.support.processes.web_worker import WebWorker, web_worker

pytestmark = [pytest.mark.slow, pytest.mark.faults, pytest.mark.long]

OWN = ("anping_process", "anping_loop", "anping_http", "anping_data_free", "anping_jobs_late")
"""What goes on by itself, or by the scrape itself, from one scrape to the next."""


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with two_workers(tmp_path_factory.mktemp("as-one")) as made:
        yield made


def scrape(worker: WebWorker) -> Figures:
    return read(requests.get(f"{worker.base}/metrics", timeout=PATIENCE_S).text)


def still(found: Figures) -> Figures:
    """What stays the same while nothing happens."""
    moving = ("database_connections{", "database_lock", "_created", "commit_", "rollup_lag")
    return {
        key: value
        for key, value in found.items()
        if not key.startswith(OWN) and not any(part in key for part in moving)
    }


def is_one_of_two(worker: WebWorker) -> bool:
    return scrape(worker)["anping_workers"] == 2


def beats(worker: WebWorker, screen: BoundScreen, count: int) -> None:
    for _ in range(count):
        url = f"{worker.base}/api/v1/player/beat"
        requests.post(url, json=beat(), headers=screen.headers, timeout=PATIENCE_S)


def beats_of(found: Figures) -> float:
    return found['anping_beats_total{way="post"}']


def answers(found: Figures) -> float:
    return found['anping_http_requests_total{status="2xx"}']


def test_each_worker_gives_the_sum_of_all(pair: Pair) -> None:
    screens = [make_screen(pair.world) for _ in range(3)]
    with ExitStack() as stack:
        for worker, screen in zip((pair.one, pair.one, pair.other), screens, strict=True):
            player = RealPlayer(worker.base, screen).connect()
            stack.callback(player.disconnect)
        beats(pair.one, screens[0], 3)
        beats(pair.other, screens[2], 4)
        requests.get(f"{pair.one.base}/api/v1/units", timeout=PATIENCE_S)

        def agree() -> tuple[Figures, Figures] | None:
            both = scrape(pair.one), scrape(pair.other)
            return both if still(both[0]) == still(both[1]) else None

        one, other = until("both say the same", agree)

    for found in (one, other):
        assert found["anping_workers"] == 2
        assert found["anping_sockets"] == 3
        assert found['anping_beats_total{way="post"}'] == 7
        route = 'method="GET",route="/api/v1/units",status="4xx"'
        assert found[f"anping_http_route_requests_total{{{route}}}"] == 1
    assert of(one, "anping_socket_connections") == of(other, "anping_socket_connections")


def test_both_have_every_figure(pair: Pair) -> None:
    late = {"anping_rollup_lag_seconds"}  # made by the jobs process, which isn't there
    for worker in (pair.one, pair.other):
        text = requests.get(f"{worker.base}/metrics", timeout=PATIENCE_S).text
        assert set(documented()) - late == set(printed(text)) - late


def test_so_do_two_workers_of_one_gunicorn_whichever_the_kernel_lets_answer(
    pair: Pair,
) -> None:
    settings = {"ANPING_REDIS_URL": pair.redis.url, "ANPING_WORKERS": "2"}
    pair.one.stop()
    pair.other.stop()
    screen = make_screen(pair.world)
    with web_worker(pair.world, **settings) as both:
        until("both hear each other", lambda: all(is_one_of_two(both) for _ in range(10)))
        beats(both, screen, 20)
        # A worker that doesn't answer in time is in a sum by its last counts, which may be older.
        until("both have all", lambda: all(beats_of(scrape(both)) == 20 for _ in range(10)))
        found = [scrape(both) for _ in range(20)]

        def each_scrape_is_counted_once() -> bool:
            found.append(scrape(both))
            return answers(found[-1]) - answers(found[0]) == len(found) - 1

        until("each scrape is counted once", each_scrape_is_counted_once)

    assert {beats_of(one) for one in found} == {20}
    assert {one['anping_processes{process="web"}'] for one in found} == {3}
    assert [answers(one) for one in found] == sorted(answers(one) for one in found)
