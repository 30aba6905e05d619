"""How many plays a second the committer makes durable: `python -m tests.bench.plays.ingest
[SECONDS]`.

Many screens hand in batches of 50 plays of a common hour, each batch right after the one before,
over as many threads as there are screens waiting at a time. No web server: what is measured is
decoding, judging, storing and booking, with a flush to the disk before each answer. With `signed`
behind it each batch has a signature by its screen's key, as large as a real one.
"""

import json
import os
import random
import statistics
import string
import sys
import tempfile
import threading
import time
from pathlib import Path
from zoneinfo import ZoneInfo

from playlists.wire.model import Asset, Loop, Manifest, Segment, Slot
from server.foundation.civil_time import Civil
from server.foundation.db.migrate import upgrade
from server.foundation.db.session import open_database
from server.playlog.ingest.receive import receive
from server.playlog.model.batch import read_batch
from server.playlog.model.ingest_context import IngestContext
from server.playlog.model.manifests import Plan, Plans
from server.playlog.model.screen_context import Place, ScreenContext, Tenure
from server.playlog.store.group_commit import Committer

HOUR_MS = 3_600_000
FROM_MS = 1_795_449_600_000
DIGEST = "ab" * 32
BATCH = 50
BASE64URL = string.ascii_letters + string.digits + "-_"
LENGTHS_MS = (10_000, 15_000, 15_000, 20_000, 30_000)


def make_plan(from_ms: int = FROM_MS) -> Manifest:
    """Thirty days of one loop of an hour: 200 slots, 24 assets of a length each, 8 campaigns."""
    assets = tuple(
        Asset(f"{number:064x}", "image", "image/jpeg", 1, 1920, 1080) for number in range(24)
    )
    slots, at_ms = [], 0
    for number in range(200):
        asset = number * 7 % 24
        slots.append(Slot(at_ms, LENGTHS_MS[asset % 5], asset, asset % 8))
        at_ms += LENGTHS_MS[asset % 5]
    campaigns = tuple(f"k_{number}" for number in range(1, 9))
    segment = Segment(from_ms, from_ms + 30 * 24 * HOUR_MS, "L", from_ms)
    return Manifest(
        "Asia/Shanghai", assets, campaigns, {"L": Loop(at_ms, tuple(slots))}, (segment,), 0
    )


def make_batch(
    plan: Manifest,
    screen: int,
    number: int,
    digest: str = DIGEST,
    *,
    signed: bool = False,
    boot: int | None = None,
    nth: int | None = None,
) -> bytes:
    """The batch of a screen's nth quarter of an hour as JSON text.

    `boot`: the screen's number unless given; `nth`: which of the boot's batches it is, if quarters
    are left out.
    """
    loop, from_ms = plan.loops["L"], plan.segments[0].from_ms
    places = [divmod(number * BATCH + index, len(loop.slots)) for index in range(BATCH)]
    slots = [loop.slots[slot] for _, slot in places]
    starts = [
        cycle * loop.period_ms + slot.start_ms + (screen + index) % 17
        for index, ((cycle, _), slot) in enumerate(zip(places, slots, strict=True))
    ]
    return json.dumps(
        {
            "boot": f"{screen if boot is None else boot:016x}",
            "first": (number if nth is None else nth) * BATCH + 1,
            "manifest": digest,
            "clock": {"offset_ms": from_ms + 0.25, "uncertainty_ms": 12},
            "wall_ms": from_ms,
            "assets": [asset.digest for asset in plan.assets],
            "segment": [0] * BATCH,
            "cycle": [cycle for cycle, _ in places],
            "slot": [slot for _, slot in places],
            "asset": [slot.asset for slot in slots],
            "start_ms": starts,
            "shown_ms": [slot.duration_ms - (index % 9) for index, slot in enumerate(slots)],
            "state": [0] * BATCH,
            "cause": [0] * BATCH,
            "error": [None] * BATCH,
            **({"signature": "".join(random.choices(BASE64URL, k=86))} if signed else {}),
        }
    ).encode()


class Load:
    """Screens that hand in one batch after another."""

    def __init__(
        self,
        committer: Committer,
        plan: Manifest,
        seconds: float,
        first_screen: int = 1,
        *,
        signed: bool = False,
    ) -> None:
        self._committer = committer
        self._plan = Plan(plan)
        self._from_ms = plan.segments[0].from_ms
        self._first_screen = first_screen
        self._seconds = seconds
        self._civil = Civil(ZoneInfo("Asia/Shanghai"))
        self.waits_ms: list[float] = []
        self.batches = [
            [make_batch(plan, first_screen + screen, number, signed=signed) for number in range(40)]
            for screen in range(200)
        ]

    def run(self, threads: int) -> float:
        """Plays a second."""
        began = time.perf_counter()
        workers = [
            threading.Thread(target=self._serve, args=(range(first, 200, threads),))
            for first in range(threads)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        return len(self.waits_ms) * BATCH / (time.perf_counter() - began)

    def _serve(self, screens: range) -> None:
        ends = time.perf_counter() + self._seconds
        for number in range(40):
            for screen in screens:
                if time.perf_counter() > ends:
                    return
                self._hand_in(self._first_screen + screen, self.batches[screen][number])

    def _hand_in(self, screen: int, text: bytes) -> None:
        began = time.perf_counter()
        place = Place(screen, screen % 20, screen % 50, "bank", 0)
        from_ms = self._from_ms
        screen_context = ScreenContext(screen, from_ms - HOUR_MS, place, (Tenure(DIGEST, from_ms),))
        now_ms = from_ms + 20 * 24 * HOUR_MS
        context = IngestContext(screen_context, Plans({DIGEST: self._plan}), self._civil, now_ms)
        batch = read_batch(text)
        self._committer.submit(lambda tx: receive(tx, context, batch))
        self.waits_ms.append(1000 * (time.perf_counter() - began))


def main(seconds: float = 10.0, *, signed: bool = False) -> None:
    """Print the rate, the waits and the bytes a play takes."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as folder:
        path = Path(folder) / "plays.db"
        database = open_database(f"sqlite:///{path}")
        upgrade(database, "plays")
        committer = Committer(database)
        committer.start()
        load = Load(committer, make_plan(), seconds, signed=signed)
        rate = load.run(threads=50)
        committer.stop()
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        plays = len(load.waits_ms) * BATCH
        waits = statistics.quantiles(load.waits_ms, n=100)
        print(f"{rate:,.0f} plays/s, {plays:,} plays")
        print(f"wait: median {waits[49]:.1f} ms, p99 {waits[98]:.1f} ms")
        print(f"{path.stat().st_size / plays:.1f} bytes a play")


if __name__ == "__main__":
    main(
        *(float(argument) for argument in sys.argv[1:] if argument != "signed"),
        signed="signed" in sys.argv,
    )
