"""How many boxes a second enrol by one key: `python -m tests.bench.enrolment [BOXES]`.

They come eight at a time, each over a connection of its own, to a web server as in production that
does nothing else; every tenth answer is thrown away, every twentieth request comes twice. The load
is made in this process, on the same cores. `BENCH_DIR` is a folder on the disk for the data (by
default the repository's disk). Ends with 1 below a hundred a second, or if any box was asked to
retry or was bound to more than one screen.
"""

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from sqlalchemy import func, select

from server.inventory.screens.models import Screen
from tests.support.app.first_run import make_waiting_picture
from tests.support.app.inventory import make_unit
from tests.support.app.people import sign_in
from tests.support.app.world import World, make_world
from tests.support.devices.enrolment_rush import Box, Door, by_http, enrol_all, waits
from tests.support.processes.server import ROOT
from tests.support.processes.web_worker import web_worker
from tests.support.speed.cpu import used_ms

LEAST: Final = 100.0
UNTIL: Final = "2099-12-31T00:00:00+08:00"


def make_key(world: World, uses: int) -> str:
    """A key of a bus company."""
    unit = make_unit(world, "公交公司")
    body = {"unit_id": f"u_{unit}", "venue_kind": "bus", "uses": uses, "expires_at": UNTIL}
    made = sign_in(world, "admin").client.post("/api/v1/enrolment-keys", json=body)
    return str(made.get_json()["key"])


def measured(folder: Path, number: int) -> tuple[list[Box], float, float, int]:
    """The boxes, how long they took together (s), what the server spent on them (ms), screens."""
    world = make_world(folder, database_url=None)
    make_waiting_picture(world)
    key = make_key(world, number)
    with web_worker(world) as server:
        before, began = used_ms(server.process.pid), time.perf_counter()
        boxes = enrol_all(
            Door(by_http(server.base), key), [f"BUS-{one:05}" for one in range(number)]
        )
        took_s = time.perf_counter() - began
        spent_ms = used_ms(server.process.pid) - before
    with world.core.config.read() as session:
        screens = session.scalar(select(func.count(Screen.id))) or 0
    world.close()
    return boxes, took_s, spent_ms, screens


def main(number: int = 1_000) -> int:
    """Print the rate; whether it is enough."""
    place = Path(os.environ.get("BENCH_DIR", ROOT / "var-bench"))
    place.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place) as folder:
        boxes, took_s, spent_ms, screens = measured(Path(folder) / "enrolment", number)
    all_s = sorted(waits(boxes))
    refused = sum(len(box.refused) for box in boxes)
    rate = number / took_s
    p50_ms, p99_ms = (round(1000 * all_s[len(all_s) * one // 100]) for one in (50, 99))
    print(
        f"{number} boxes in {took_s:.1f} s: {rate:.0f} a second; p50 {p50_ms} ms, p99 {p99_ms} ms, "
        f"most {1000 * all_s[-1]:.0f} ms; {refused} refused; "
        f"{spent_ms / number:.1f} ms of a processor each; {screens} screens"
    )
    return 0 if rate >= LEAST and not refused and screens == number else 1


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
