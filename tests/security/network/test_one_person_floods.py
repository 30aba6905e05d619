"""Somebody with an account sends without a pause: the rest of the house is answered meanwhile."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from server.foundation.rest.limits.request_pacing import (
    BURST,
    LONGEST_S,
    MOST_UNITS,
    PAIRINGS,
    PAIRINGS_AT_ONCE,
    RATE,
    UNIT_BYTES,
    units_of,
)
from tests.support.api_contract.fuzzing import token_of
from tests.support.app.people import PASSWORD, sign_in
from tests.support.app.world import World, make_world
from tests.support.patience import PATIENCE_S
from tests.support.processes.web_worker import WebWorker, web_worker

LONG_BODY = '{"action": "pause", "screen_ids": [' + "1," * 24_000 + "1]}"
UNITS = 1 + len(LONG_BODY) / UNIT_BYTES
CROWD = int(1.5 * (BURST + RATE * LONGEST_S) / UNITS)
"""So many at once that the last of them would wait for longer than anybody does."""


def test_a_body_counts_by_its_length_unless_it_is_streamed_to_disk() -> None:
    assert [units_of(length, upload=False) for length in (None, UNIT_BYTES, 10**9)] == [
        1.0, 2.0, MOST_UNITS,
    ]  # fmt: skip
    assert units_of(10**9, upload=True) == 1.0


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    made = make_world(tmp_path_factory.mktemp("flooding"))
    for name in ("greedy", "calm"):
        sign_in(made, "reviewer" if name == "calm" else "publicity", username=name)
    return made


@pytest.fixture(scope="module")
def worker(world: World) -> Iterator[WebWorker]:
    with web_worker(world) as serving:
        yield serving


def posts(worker: WebWorker, token: str, path: str, body: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    return requests.post(worker.base + path, body, headers=headers, timeout=PATIENCE_S)


@pytest.mark.slow
def test_what_exceeds_the_pace_is_429_and_others_and_emergencies_are_answered(
    worker: WebWorker,
) -> None:
    greedy, calm = (token_of(worker.base, name, PASSWORD) for name in ("greedy", "calm"))
    statuses, refused, seen = list[int](), threading.Event(), list[requests.Response]()

    def floods(_number: int) -> None:
        while not refused.is_set():
            answer = posts(worker, greedy, "/api/v1/screens/bulk", LONG_BODY)
            statuses.append(answer.status_code)
            if answer.status_code == 429:
                seen.append(answer)
                refused.set()

    with ThreadPoolExecutor(CROWD) as crowd:
        crowd.map(floods, range(CROWD))
        assert refused.wait(PATIENCE_S)
        # While the crowd's requests wait for their turn.
        others = posts(worker, calm, "/api/v1/campaigns/1/check", "{}")
        emergency = posts(worker, greedy, "/api/v1/takeovers", "{}")

    assert seen[0].headers["Retry-After"] == "5"
    assert seen[0].json()["code"] == "too_many"
    assert 422 in statuses, "what is within the pace is answered as ever"
    assert others.status_code == 404, "another account's request is judged"
    assert emergency.status_code in {403, 422}, "an emergency is judged, not paced"


@pytest.mark.slow
def test_what_a_network_asks_too_often_for_is_refused(
    worker: WebWorker,
) -> None:
    """Codes for screens: more at once than anybody waits for."""
    crowd, refused = int(2 * (PAIRINGS_AT_ONCE + PAIRINGS * LONGEST_S)), list[requests.Response]()
    over = threading.Event()

    def asks(_number: int) -> None:
        while not over.is_set():
            url = f"{worker.base}/api/v1/player/pairing"
            answer = requests.post(url, json={}, timeout=PATIENCE_S)
            if answer.status_code == 429:
                refused.append(answer)
                over.set()

    with ThreadPoolExecutor(crowd) as boxes:
        boxes.map(asks, range(crowd))
        assert over.wait(PATIENCE_S)

    assert refused[0].headers["Retry-After"] == "5"
    assert "同一网络" in refused[0].json()["detail"]
