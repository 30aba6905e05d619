"""What an export of a million plays costs: `python -m tests.bench.export [PLAYS]`.

The store is filled by the real committer. Printed are the rate, and the memory of this process
before, meanwhile and after.
"""

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zoneinfo import ZoneInfo

from server.db.migrate import upgrade
from server.db.session import Database, open_database
from server.playback.batch import read_batch
from server.playback.civil import Civil
from server.playback.committer import Committer
from server.playback.export import export
from server.playback.known import Known
from server.playback.plans import Plan, Plans
from server.playback.rawlog import Span
from server.playback.reception import receive
from server.playback.standing import Place, Standing, Tenure
from server.signing import load_or_make_signer
from tests.bench.ingest import BATCH, DIGEST, FROM_MS, HOUR_MS, make_batch, make_plan

ZONE = ZoneInfo("Asia/Shanghai")
SCREENS = 200
MONTH_MS = 30 * 24 * HOUR_MS


def fill(database: Database, plays: int, screens: int = SCREENS) -> None:
    """So many plays, shared by screens of a boot each, from FROM_MS on."""
    committer = Committer(database)
    committer.start()
    plan, civil = make_plan(), Civil(ZONE)
    plans = Plans({DIGEST: Plan(plan)})

    def hand_in(screen: int) -> None:
        place = Place(screen, screen % 20, screen % 50, "bank", 0)
        standing = Standing(screen, FROM_MS - HOUR_MS, place, (Tenure(DIGEST, FROM_MS),))
        known = Known(standing, plans, civil, FROM_MS + MONTH_MS)
        for number in range(plays // screens // BATCH):
            batch = read_batch(make_batch(plan, screen, number))
            committer.submit(lambda tx, batch=batch: receive(tx, known, batch))  # type: ignore[misc] # mypy can't infer a lambda with a default

    with ThreadPoolExecutor(50) as pool:
        list(pool.map(hand_in, range(1, screens + 1)))
    committer.stop()


def resident_mib() -> float:
    """What this process has in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1024 / 1024


def measured(name: str, pieces: Callable[[], Iterable[bytes]], plays: int) -> None:
    """Take all pieces and print what that took."""
    before, began = resident_mib(), time.perf_counter()
    most, length = before, 0
    for piece in pieces():
        length += len(piece)
        most = max(most, resident_mib())
    took = time.perf_counter() - began
    print(
        f"{name}: {plays / took:,.0f} plays/s, {took:.1f} s, {length / 1e6:,.0f} MB; resident "
        f"{before:.1f} MiB before, {most:.1f} at most, {resident_mib():.1f} after"
    )


def main(plays: int = 1_000_000) -> None:
    """Fill a store, export it."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as folder:
        database = open_database(f"sqlite:///{Path(folder) / 'plays.db'}")
        upgrade(database, "plays")
        began = time.perf_counter()
        fill(database, plays)
        print(f"{plays:,} plays handed in within {time.perf_counter() - began:.0f} s")
        signer = load_or_make_signer(Path(folder) / "key.pem")
        span = Span(tuple(range(1, SCREENS + 1)), FROM_MS, FROM_MS + MONTH_MS)
        few = Span(span.screens[:2], span.from_ms, span.until_ms)
        measured("warm up", lambda: export(database, few, signer, ZONE), plays // 100)
        measured("ndjson", lambda: export(database, span, signer, ZONE), plays)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
