"""A store of 100 million plays: `python -m tests.bench.plays.full_store [folder]` (`make
bench-full`).

The plays are handed in by `server.cli demo --plays 100000000`, through the committer, unless the
folder holds them already. Then: room on the disk, with signatures too, what a batch costs beside an
empty store, `rollups verify`, and every report.
"""

import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple

from server.foundation.db.migrate import upgrade
from server.foundation.db.session import open_database
from server.playlog.store.group_commit import Committer
from tests.bench.plays.ingest import BATCH, Load, make_plan

PLAYS: Final = 100_000_000
SECONDS: Final = 8.0
ROUNDS: Final = 5


class Cost(NamedTuple):
    """What a batch of 50 plays took of the processor (ms), and how long it was waited for, p99."""

    cpu_ms: float
    wait_ms: float


def main(folder: str = "var-bench/full") -> int:
    """Print the figures; 1 if a goal is missed."""
    data = Path(folder)
    os.environ["ANPING_DATA"] = str(data)
    _build(data)
    missed = [
        _room(data / "plays.db"),
        _room_with_signatures(data / "plays.db"),
        _cost_of_batches(data / "plays.db"),
        _verified(),
        subprocess.run(
            [sys.executable, "-m", "tests.bench.reports.reports", "3"], check=False
        ).returncode,
    ]
    return int(any(missed))


def _build(data: Path) -> None:
    command = [sys.executable, "-m", "server.cli", "demo", "--plays", str(PLAYS)]
    began = time.monotonic()
    if not (data / "plays.db").exists() or _rows(data / "plays.db")[0] < PLAYS:
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
        print(f"built in {time.monotonic() - began:,.0f} s")
    subprocess.run([sys.executable, "-m", "server.cli", "migrate"], check=True, capture_output=True)


def _rows(path: Path) -> tuple[int, int]:
    with closing(sqlite3.connect(path)) as connection, connection:
        plays, batches = connection.execute("SELECT SUM(n), COUNT(*) FROM batches").fetchone()
    return int(plays or 0), int(batches)


def _room(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    plays, batches = _rows(path)
    size = path.stat().st_size / plays
    print(f"{plays:,} plays in {batches:,} batches, {size:.2f} bytes a play (goal 8)")
    return plays < PLAYS or size > 8


def _room_with_signatures(path: Path) -> bool:
    """The same after each batch was given a signature as long as a screen's."""
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        signed = Path(folder) / "signed.db"
        shutil.copy(path, signed)
        with closing(sqlite3.connect(signed)) as connection, connection:
            connection.execute("UPDATE batches SET signature = substr(hex(randomblob(43)), 1, 86)")
        with closing(sqlite3.connect(signed)) as connection, connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = signed.stat().st_size / _rows(signed)[0]
    print(f"{size:.2f} bytes a play with a signature on each batch (goal 10)")
    return size > 10


def _cost_of_batches(path: Path) -> bool:
    """Batches of 200 screens that are new to both stores, in each round."""
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        whole, empty = Path(folder) / "whole.db", Path(folder) / "empty.db"
        shutil.copy(path, whole)
        costs: dict[Path, list[Cost]] = {whole: [], empty: []}
        for number in range(ROUNDS):
            for store in (empty, whole):
                costs[store].append(_cost(store, number))
    full, bare = (_median(costs[store]) for store in (whole, empty))
    ratio = full.cpu_ms / bare.cpu_ms
    print(
        f"a batch of {BATCH}: {full.cpu_ms:.3f} ms of the processor, {bare.cpu_ms:.3f} in an empty "
        f"store, {ratio:.2f} x (goal 1.2); wait p99 {full.wait_ms:.1f} and {bare.wait_ms:.1f} ms"
    )
    return ratio > 1.2


def _cost(store: Path, number: int) -> Cost:
    database = open_database(f"sqlite:///{store}")
    upgrade(database, "plays")
    committer = Committer(database)
    committer.start()
    load = Load(committer, make_plan(), SECONDS, first_screen=1_000_000 + 1_000 * number)
    began = time.process_time()
    load.run(threads=50)
    took_s = time.process_time() - began
    committer.stop()
    database.engine.dispose()
    waits = statistics.quantiles(load.waits_ms, n=100)
    return Cost(1000 * took_s / len(load.waits_ms), waits[98])


def _median(costs: list[Cost]) -> Cost:
    return Cost(*(statistics.median(column) for column in zip(*costs, strict=True)))


def _verified() -> bool:
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "server.cli", "rollups", "verify"], check=False, capture_output=True
    )
    took_s = time.monotonic() - began
    print(f"rollups verify: exit {done.returncode} in {took_s:.1f} s (goal 60)")
    return done.returncode != 0 or took_s > 60


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
