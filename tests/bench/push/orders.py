"""What orders and beats cost the server, and how soon an order is with everyone.

    python -m tests.bench.push.orders [screens] [rounds]

The whole web server with SQLite, as `make run` has it, and so many players. A takeover of all is
approved, each screen's own signed order is sent, received and acknowledged; Node's `socket.io`
signs and sends the same bytes to as many. Then a campaign is approved and its loop built, and beats
come as 10,000 screens send them.
"""

import json
import statistics
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any, Final

import requests

from server.accounts.auth.request_identity import COOKIE
from tests.bench.push.node_server import node_server
from tests.bench.push.seats import Seat, ordered, seat
from tests.support.app.campaigns import Office, live, make_playlist
from tests.support.app.jobs import run_jobs
from tests.support.app.people import Person, as_read
from tests.support.app.world import World, make_world
from tests.support.devices.socket_player import beat
from tests.support.factories.one_plan import one_plan
from tests.support.processes.server import ROOT
from tests.support.processes.web_worker import WebWorker, web_worker
from tests.support.speed.cpu import used_ms

PATIENCE_S: Final = 60.0
SETTLE_S: Final = 3.0
BEATS_A_SECOND: Final = 10_000 / 30
BEATS_S: Final = 20
SERVER: Final = ROOT / "tests/bench/push/sign.mjs"


def asks(base: str, person: Person, method: str, path: str, body: Any = None) -> Any:
    """A request as a person's browser makes it."""
    cookie = person.client.get_cookie(COOKIE)
    assert cookie is not None
    headers = {
        "X-CSRF-Token": str(person.client.environ_base["HTTP_X_CSRF_TOKEN"]),
        "Cookie": f"{COOKIE}={cookie.value}",
        "Origin": base,
        **as_read(person, path),
    }
    answer = requests.request(
        method, f"{base}/api/v1{path}", json=body, headers=headers, timeout=60
    )
    assert answer.ok, answer.text
    return answer.json() if answer.content else None


def accept(seats: list[Seat]) -> None:
    """All follow their orders; the server has time to note it."""
    for one in seats:
        one.accept()
    time.sleep(SETTLE_S)


def take_over(
    site: WebWorker, office: Office, asset: str, seats: list[Seat]
) -> tuple[list[float], float, bytes]:
    """A takeover of all: ms from its approval to each, processor (us) a screen, and an order."""
    body = {"asset_id": asset, "selector": {"all": True}, "label": "演练", "drill": True}
    takeover = asks(site.base, office.author, "POST", "/takeovers", body)["id"]
    used, began_ns = used_ms(site.process.pid), time.time_ns()
    asks(site.base, office.reviewer, "POST", f"/takeovers/{takeover}/approve", {})
    waits = [(one.came_ns - began_ns) / 1e6 for one in ordered(seats, PATIENCE_S)]
    order = seats[0].order
    accept(seats)
    each_us = (used_ms(site.process.pid) - used) * 1000 / len(seats)
    asks(site.base, office.author, "DELETE", f"/takeovers/{takeover}")
    accept(ordered(seats, PATIENCE_S))
    return waits, each_us, order


def publish(world: World, office: Office, asset: str, seats: list[Seat]) -> list[float]:
    """Another campaign for all: ms from its approval to each, its loop built on the way."""
    playlist = make_playlist(office, asset, duration_s=20)
    today, floor = time.strftime("%Y-%m-%d"), {"kind": "plays_per_hour", "value": 12}
    world.clock.at_ms = time.time_ns() // 1_000_000
    office.again()
    began_ns = time.time_ns()
    live(office, playlist_id=playlist, starts_on=today, ends_on="2099-12-31", target=floor)
    run_jobs(world.core)
    waits = [(one.came_ns - began_ns) / 1e6 for one in ordered(seats, PATIENCE_S)]
    accept(seats)
    return waits


def beats(site: WebWorker, seats: list[Seat]) -> float:
    """Percent of a core that the beats of 10,000 screens take beyond doing nothing."""
    question = json.dumps(["beat", beat(version=None)]).encode()
    idle, began_s = used_ms(site.process.pid), time.monotonic()
    while time.monotonic() - began_s < BEATS_S:
        _answer_pings(seats)
    idle = (used_ms(site.process.pid) - idle) / (time.monotonic() - began_s)
    used, began_s, sent = used_ms(site.process.pid), time.monotonic(), 0
    while (passed_s := time.monotonic() - began_s) < BEATS_S:
        for _ in range(int(passed_s * BEATS_A_SECOND) - sent):
            seats[sent % len(seats)].send(b"42/screen,7" + question)
            sent += 1
        _answer_pings(seats)
    busy = (used_ms(site.process.pid) - used) / (time.monotonic() - began_s)
    return (busy - idle) / 10


def _answer_pings(seats: list[Seat]) -> None:
    for one in seats:
        one.poll()
    time.sleep(0.1)


def node_us(order: bytes, count: int, rounds: int) -> list[float]:
    """Processor (us) that Node takes for a screen, in each round."""
    found = []
    with node_server(SERVER) as (base, pid):
        seats = [seat(base) for _ in range(count)]
        for _ in range(rounds):
            used = used_ms(pid)
            urllib.request.urlopen(urllib.request.Request(base, order, method="POST")).close()
            accept(ordered(seats, PATIENCE_S))
            found.append((used_ms(pid) - used) * 1000 / count)
        for one in seats:
            one.wire.close()
    return found


def main(count: int = 2_000, rounds: int = 5) -> None:
    """Measure and print."""
    waits, each_us = list[float](), list[float]()
    with tempfile.TemporaryDirectory(dir=ROOT) as folder:
        world = make_world(Path(folder))
        office, asset, screens = one_plan(world, count)
        with web_worker(world) as site:
            office.again()
            assert site.figures['anping_socket_layer{layer="own"}'] == 1
            seats = [
                seat(site.base, token=one.token, boot=f"{one.id:016x}", version=None, protocol=1)
                for one in screens
            ]
            accept(ordered(seats, PATIENCE_S))
            for _ in range(rounds):
                took, us, order = take_over(site, office, asset, seats)
                waits += took
                each_us.append(us)
            published = publish(world, office, asset, seats)
            percent = beats(site, seats)
        world.close()
    other_us = statistics.median(node_us(order, count, rounds))
    own_us, p99 = statistics.median(each_us), _p99(waits)
    print(f"{count} screens, {rounds} takeovers of all, orders of {len(order)} bytes")
    print(f"from its approval to each: median {statistics.median(waits):.0f} ms, p99 {p99:.0f} ms")
    print(f"a campaign from its approval to each: p99 {_p99(published):.0f} ms")
    print(f"processor for a screen: {own_us:.1f} us, Node signing and sending {other_us:.1f} us:")
    print(f"own / Node {own_us / other_us:.2f}")
    print(f"beats of 10,000 screens every 30 s: {percent:.2f} % of a core")


def _p99(values: list[float]) -> float:
    return statistics.quantiles(values, n=100)[98]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
