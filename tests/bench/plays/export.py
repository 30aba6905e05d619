"""What an export of a million plays costs: `python -m tests.bench.plays.export [PLAYS]`.

The store is filled by the real committer. Printed are the rate, and the memory of this process
before, meanwhile and after.
"""

import os
import resource
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zoneinfo import ZoneInfo

from server.app import build_core
from server.foundation.civil_time import Civil
from server.foundation.config import read_settings
from server.foundation.core import Core
from server.foundation.db.migrate import upgrade
from server.foundation.db.session import Database
from server.playlog.ingest.receive import receive
from server.playlog.model.batch import read_batch
from server.playlog.model.ingest_context import IngestContext
from server.playlog.model.manifests import Plan, Plans
from server.playlog.model.screen_context import Place, ScreenContext, Tenure
from server.playlog.rawlog.reader import Span
from server.playlog.store.group_commit import Committer
from server.reporting.raw_log.file_writer import write_file
from tests.bench.plays.ingest import BATCH, DIGEST, FROM_MS, HOUR_MS, make_batch, make_plan

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
        screen_context = ScreenContext(screen, FROM_MS - HOUR_MS, place, (Tenure(DIGEST, FROM_MS),))
        context = IngestContext(screen_context, plans, civil, FROM_MS + MONTH_MS)
        for number in range(plays // screens // BATCH):
            batch = read_batch(make_batch(plan, screen, number))
            committer.submit(lambda tx, batch=batch: receive(tx, context, batch))  # type: ignore[misc] # mypy can't infer a lambda with a default

    with ThreadPoolExecutor(50) as pool:
        list(pool.map(hand_in, range(1, screens + 1)))
    committer.stop()


def resident_mib() -> float:
    """What this process has in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1024 / 1024


def measured(core: Core, form: str, span: Span, path: Path) -> None:
    """Write a file and print what that took."""
    before, began = resident_mib(), time.perf_counter()
    most, plays = before, 0
    for so_far in write_file(core, span, form, "zh_CN", path):
        most, plays = max(most, resident_mib()), so_far.written
    took = time.perf_counter() - began
    print(
        f"{form}: {plays:,} plays in {took:.1f} s, {plays / took:,.0f} a second, "
        f"{path.stat().st_size / 1e6:,.0f} MB; resident {before:.1f} MiB before, {most:.1f} at "
        f"most, {resident_mib():.1f} after"
    )


def main(plays: int = 1_000_000) -> None:
    """Fill a store, export it in each form."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as folder:
        core = build_core(read_settings(data=Path(folder)))
        upgrade(core.config, "config")
        upgrade(core.plays, "plays")
        began = time.perf_counter()
        fill(core.plays, plays)
        print(f"{plays:,} plays handed in within {time.perf_counter() - began:.0f} s")
        span = Span(tuple(range(1, SCREENS + 1)), FROM_MS, FROM_MS + MONTH_MS)
        few = Span(span.screens[:2], span.from_ms, span.until_ms)
        for form in ("ndjson", "csv", "xlsx"):
            print("to warm up, ", end="")
            measured(core, form, few, Path(folder) / "few")
            measured(core, form, span, Path(folder) / form)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
