"""From a backup file to serving: `python -m tests.bench.plays.restore [folder]` (`make
bench-restore`).

The folder holds a store of 100 million plays, made by `make bench-full`; it is only read. A copy of
it is backed up into one file, and the copy is lost; the file becomes a server in an empty folder by
docs/operations.md: `restore`, `serve`, the first page. What both stores hold is counted from
their tables, and the roll-ups of the restored one are held against its plays. 1 if it took too
long, holds fewer plays, or anything differs.
"""

import shutil
import sqlite3
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from server.publishing.assignments.restore_gap import ACTION
from tests.support.processes.server import command, free_port, start_server

PLAYS: Final = 100_000_000
MOST_S: Final = 300.0
READY_S: Final = 300.0
SEALS: Final = "SELECT COUNT(*) FROM day_seals"
COUNTED: Final = {
    "plays.db": (
        "SELECT SUM(n) FROM batches",
        "SELECT COUNT(*) FROM batches",
        "SELECT SUM(upto) FROM boots",
        "SELECT SUM(confirmed) FROM rollup_screen",
        "SELECT SUM(confirmed) FROM rollup_day",
        SEALS,
    ),
    "config.db": (
        "SELECT COUNT(*) FROM screens",
        "SELECT COUNT(*) FROM tenures",
        # The restore's own entry is on the trail.
        f"SELECT COUNT(*) FROM audit_entries WHERE action <> '{ACTION}'",  # noqa: S608 - our own word
    ),
}


@dataclass
class Steps:
    """What each step took, seconds."""

    took_s: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time it and print it."""
        began = time.monotonic()
        yield
        self.took_s[name] = time.monotonic() - began
        print(f"{self.took_s[name]:8.1f} s  {name}", flush=True)


def main(folder: str = "var-bench/full", wanted: str = str(PLAYS)) -> int:
    """Print the figures; 1 if a goal is missed."""
    source = Path(folder)
    if not (source / "plays.db").exists():
        print(f"{source} holds no store: make one by `make bench-full`", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(dir=source.parent, prefix="restore-") as place:
        return _drilled(source, Path(place), int(wanted))


def _drilled(source: Path, place: Path, wanted: int) -> int:
    steps, archive = Steps(), place / "anping.tar.gz"
    before = _taken(source, place / "first", archive, steps)
    took_s, restored = _served(place / "second", archive, steps)
    after = restored | counts(place / "second" / "data", ("plays.db",))
    after[SEALS] = restored[SEALS]  # a server that is at work seals days
    with steps.step("roll-ups and seals of the restored store held against its plays"):
        verified = _done(place / "second", "rollups", "verify")
    plays = before[COUNTED["plays.db"][0]]
    print(
        f"{plays:,} plays: {took_s:.1f} s from the file to the first page (goal {MOST_S:.0f}); "
        f"{len(before)} counts, {sum(before[one] != after[one] for one in before)} differ"
    )
    for one in before:
        if before[one] != after[one]:
            print(f"differs: {one}: {before[one]} != {after[one]}")
    return int(plays < wanted or took_s > MOST_S or before != after or not verified)


def _taken(source: Path, folder: Path, archive: Path, steps: Steps) -> dict[str, int]:
    """A backup of a copy, which is deleted then; the copy's counts."""
    shutil.copytree(source, folder / "data")
    assert _done(folder, "migrate")
    before = counts(folder / "data")
    size = (folder / "data" / "plays.db").stat().st_size
    with steps.step("backup into one file"):
        assert _done(folder, "backup", str(archive))
    print(f"{'':12}{size / 1e6:,.0f} MB of plays, {archive.stat().st_size / 1e6:,.0f} MB the file")
    shutil.rmtree(folder)
    return before


def _served(folder: Path, archive: Path, steps: Steps) -> tuple[float, dict[str, int]]:
    """From the file to the first page, seconds; what there was before a server wrote to it."""
    began = time.monotonic()
    with steps.step("restore: every digest checked, all pages of the databases looked at"):
        assert _done(folder, "restore", str(archive))
    with steps.step("counted"):
        restored = counts(folder / "data")
    with steps.step("serve: until the first page"):
        server = start_server(folder, free_port(), first_run=True)
        try:
            server.wait_until_ready(READY_S)
            with urllib.request.urlopen(f"{server.base}/login", timeout=60) as answer:
                assert answer.status == 200
        except BaseException:
            server.kill()
            raise
    took_s = time.monotonic() - began
    assert server.stop() == 0
    return took_s, restored


def counts(data: Path, names: Sequence[str] = tuple(COUNTED)) -> dict[str, int]:
    """By query, the counts of a data folder's tables."""
    found = {}
    for name in names:
        with closing(sqlite3.connect(data / name)) as connection:
            for query in COUNTED[name]:
                found[query] = int(connection.execute(query).fetchone()[0] or 0)
    return found


def _done(folder: Path, *words: str) -> bool:
    folder.mkdir(parents=True, exist_ok=True)
    done = command(folder, *words)
    if done.returncode != 0:
        print(f"{' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
