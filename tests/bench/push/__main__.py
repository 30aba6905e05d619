"""Push, side by side in one run: our layer, the libraries' own, Node's `socket.io` and bare `ws`.

    python -m tests.bench.push [clients] [rounds]

Each server is alone while it is measured; the rounds take turns. The load runs on the same machine,
so what counts are the ratios. Fails if the layer that serves isn't ours.
"""

import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.push.load import Crowd, is_up
from tests.support.processes.server import ROOT, free_port
from tests.support.speed.cpu import used_ms
from tests.support.speed.memory import private_bytes, tree

HERE = Path(__file__).parent
BYTES = 4_000
REPEATS = 20
ASKING_S = 3.0
GUNICORN = [
    sys.executable, "-m", "gunicorn", "-k", "gevent", "--worker-connections", "20000",
    "--no-control-socket", "--log-level", "warning", "tests.bench.push.app:make_app()", "-b",
]  # fmt: skip
SERVERS = {
    "own": (GUNICORN, {}),
    "stock": (GUNICORN, {"BENCH_LAYER": "stock"}),
    "socket.io": (["node", str(HERE / "socketio.mjs")], {}),
    "ws": (["node", str(HERE / "ws.mjs")], {}),
}


@dataclass
class Figures:
    """Of one server: ms, microseconds of a processor, bytes, answers a second."""

    p50_ms: list[float] = field(default_factory=list)
    p99_ms: list[float] = field(default_factory=list)
    delivery_us: list[float] = field(default_factory=list)
    bytes_each: list[float] = field(default_factory=list)
    bytes_deflate: list[float] = field(default_factory=list)
    asked_a_second: list[float] = field(default_factory=list)


@contextmanager
def serving(name: str) -> Iterator[tuple[str, int]]:
    """A server's address and process."""
    command, environment = SERVERS[name]
    port = free_port()
    where = f"127.0.0.1:{port}" if command is GUNICORN else str(port)
    process = subprocess.Popen(
        [*command, where],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=sys.stderr,
        start_new_session=True,
    )
    try:
        base = f"http://127.0.0.1:{port}"
        while not is_up(base):
            assert process.poll() is None, "it didn't start"
            time.sleep(0.1)
        yield base, process.pid
    finally:
        # Nothing is lost, and waiting for sockets to be given up would take most of the time.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)


def held(pid: int) -> int:
    """Private memory of a server's processes."""
    return sum(map(private_bytes, tree(pid)))


def measure(name: str, clients: int, found: Figures) -> None:
    """One round of one server."""
    with serving(name) as (base, pid):
        crowd = Crowd(base)
        crowd.join(100)
        crowd.publish(BYTES)
        before = held(pid)
        crowd.join(clients - 100)
        found.bytes_each.append((held(pid) - before) / (clients - 100))
        took, used = [], used_ms(pid)
        for _ in range(REPEATS):
            took += crowd.publish(BYTES)
        found.delivery_us.append((used_ms(pid) - used) * 1000 / len(took))
        found.p50_ms.append(statistics.median(took))
        found.p99_ms.append(statistics.quantiles(took, n=100)[98])
        crowd.leave()
        time.sleep(1)
        crowd.join(50)
        found.asked_a_second.append(crowd.ask(ASKING_S, 20))
        crowd.leave()
    with serving(name) as (base, pid):
        crowd = Crowd(base)
        crowd.join(100, deflate=True)
        before = held(pid)
        crowd.join(clients // 2, deflate=True)
        found.bytes_deflate.append((held(pid) - before) / (clients // 2))
        crowd.leave()


def main(clients: int = 2_000, rounds: int = 3) -> None:
    """Measure all in turn, and print medians and ratios."""
    figures = {name: Figures() for name in SERVERS}
    for _ in range(rounds):
        for name, found in figures.items():
            measure(name, clients, found)
    print(f"{clients} clients, {BYTES} bytes to all, medians of {rounds} rounds")
    titles = ("p50 ms", "p99 ms", "us each", "KiB each", "offered deflate", "answers/s")
    print(f"{'':12}" + "".join(f"{title:>16}" for title in titles))
    for name, found in figures.items():
        print(f"{name:12}" + "".join(f"{one:16.1f}" for one in row(found)))
    for other in ("socket.io", "ws", "stock"):
        ratios = (a / b for a, b in zip(row(figures["own"]), row(figures[other]), strict=True))
        print(f"{'own / ' + other:12}" + "".join(f"{one:16.2f}" for one in ratios))


def row(found: Figures) -> list[float]:
    """Medians in the order of the table."""
    middle = statistics.median
    return [
        middle(found.p50_ms),
        middle(found.p99_ms),
        middle(found.delivery_us),
        middle(found.bytes_each) / 1024,
        middle(found.bytes_deflate) / 1024,
        middle(found.asked_a_second),
    ]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
