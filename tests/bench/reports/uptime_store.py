"""What uptime costs: bytes a screen-day, and reading facts: `python -m
tests.bench.reports.uptime_store`.

A day of beats of realistic screens goes through the watch: most are steady, buses lose contact in
tunnels and depots, some screens flap all day long. Then 30 days are written as rows of that kind.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from server.foundation.db.migrate import upgrade
from server.foundation.db.session import Database, open_database
from server.monitoring.heartbeats.classifier import BeatSample
from server.monitoring.heartbeats.collector import HeartbeatCollector
from server.monitoring.heartbeats.fact_reader import read_facts
from server.playlog.store.display_intervals import Proof
from server.playlog.store.group_commit import Committer
from server.playlog.store.snapshot import snapshot
from server.playlog.store.transaction import Tx

FROM_S = 1_795_449_600
DAY_S = 86_400
OPEN_S = (6 * 3_600, 22 * 3_600)
BEATEN_SCREENS = 200


def holes_of(number: int, dice: random.Random) -> list[tuple[int, int]]:
    """The gaps in a screen's contact on a day: out of 20, 13 are steady, 5 are buses, 2 flap."""
    usual = number % 20
    if usual < 13:
        count, longest = dice.choice([0, 0, 0, 1, 2]), 600
    elif usual < 18:
        count, longest = dice.randint(8, 16), 900
    else:
        count, longest = dice.randint(60, 120), 300
    begins = (dice.randint(*OPEN_S) for _ in range(count))
    return sorted((at, at + dice.randint(60, longest)) for at in begins)


def beats_of(number: int, dice: random.Random) -> Iterator[BeatSample]:
    """A screen's beats of a day, jittered, with the states of a bus or a bad player."""
    holes = holes_of(number, dice)
    at = float(dice.randint(0, 30))
    while at < DAY_S:
        if not any(low <= at < high for low, high in holes):
            is_open = OPEN_S[0] <= at < OPEN_S[1]
            state = "playing" if is_open else "off_hours"
            odd = is_open and number % 20 >= 18 and dice.random() < 0.02
            yield BeatSample(number, FROM_S + int(at), "stalled" if odd else state, True)
        at += dice.uniform(24, 36)


def beat_a_day(database: Database) -> tuple[int, float]:
    """Through the watch, a write every ten seconds; rows, and the seconds that writing took."""
    committer, watch, dice = Committer(database), HeartbeatCollector(), random.Random(7)
    committer.accompany(watch)
    signs = sorted(
        (sign for number in range(1, BEATEN_SCREENS + 1) for sign in beats_of(number, dice)),
        key=lambda sign: sign.at_s,
    )
    took, next_s = 0.0, FROM_S
    for sign in signs:
        while sign.at_s >= next_s:
            began = time.perf_counter()
            watch.tick(next_s * 1000, float(next_s))
            committer.write_companions()
            took += time.perf_counter() - began
            next_s += 10
        watch.receive(sign)
    watch.tick(next_s * 1000, float(next_s))
    committer.write_companions()
    rows = committer.submit(lambda tx: tx.number("SELECT COUNT(*) FROM contact_runs"))
    committer.close()
    return rows, took


def fill(database: Database, screens: range, days: int) -> int:
    """Rows as the watch and the plays would leave them: runs, and evidence between their holes."""
    committer, dice, rows = Committer(database), random.Random(11), 0
    for number in screens:
        runs, proofs = [], []
        for day in range(days):
            base = FROM_S + day * DAY_S
            holes = [*holes_of(number, dice), (OPEN_S[1], DAY_S)]
            at = 0
            for low, high in holes:
                if low - at > 60:
                    runs.append((number, base + at, base + low, 0))
                    proofs.append((base + max(at, OPEN_S[0]), base + low))
                at = max(at, high)
            runs.append((number, base + OPEN_S[1], base + DAY_S - 46, 2))
        rows += len(runs)
        committer.submit(lambda tx, runs=runs, proofs=proofs: _write(tx, runs, proofs))  # type: ignore[misc] # mypy can't infer a lambda with a default
    committer.submit(
        lambda tx: tx.run(
            "INSERT INTO server_runs (from_s, last_s) VALUES (?, ?)",
            (FROM_S, FROM_S + days * DAY_S),
        )
    )
    committer.close()
    return rows


def _write(tx: Tx, runs: list[tuple[int, int, int, int]], proofs: list[tuple[int, int]]) -> None:
    query = "INSERT INTO contact_runs (screen, from_s, last_s, kind) VALUES (?, ?, ?, ?)"
    tx.run_many(f"{query} ON CONFLICT DO NOTHING", runs)
    tx.prove(Proof(runs[0][0], [span for span in proofs if span[0] < span[1]]))


def read(database: Database, days: int, of: int, screens: range | None) -> str:
    """The median of five reads of the last days, and what it takes of a processor, as text."""
    took, rows, began_cpu = [], 0, time.process_time()
    until_s = FROM_S + of * DAY_S
    for _ in range(5):
        began = time.perf_counter()
        with snapshot(database) as tx:
            facts = read_facts(tx, until_s - days * DAY_S, until_s, screens)
        took.append(1000 * (time.perf_counter() - began))
        rows = sum(map(len, facts.runs.values())) + sum(map(len, facts.evidence.values()))
    cpu_ms = 1000 * (time.process_time() - began_cpu) / 5
    return f"{statistics.median(took):.0f} ms ({cpu_ms:.0f} ms of a processor), {rows:,} rows"


def size_of(database: Database) -> int:
    """Bytes of the store, as it grew: with the room that pages leave."""
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return Path(database.engine.url.database or "").stat().st_size


def main(fleet: int = 10_000, days: int = 30) -> None:
    """Print the bytes, and the times of reading."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as folder:
        beaten = _open(folder, "beaten")
        empty = size_of(beaten)
        rows, took = beat_a_day(beaten)
        took_ms = 1000 * took / 8_640
        size = (size_of(beaten) - empty) / BEATEN_SCREENS
        print(f"a day of beats: {rows / BEATEN_SCREENS:.1f} runs, {size:.0f} bytes a screen-day")
        print(f"written every 10 s, {took_ms:.2f} ms each for {BEATEN_SCREENS} screens")
        many = _open(folder, "many")
        stored = fill(many, range(1, fleet + 1), 3)
        size = (size_of(many) - empty) / (3 * fleet)
        print(
            f"{fleet:,} screens: {stored / 3 / fleet:.1f} runs and {size:.0f} bytes a screen-day,"
        )
        print(f"  evidence included; one day of all: {read(many, 1, 3, None)}")
        long = _open(folder, "long")
        fill(long, range(1, 1_001), days)
        print(f"{days} days of 500 screens: {read(long, days, days, range(1, 501))}")
        print(f"  of one screen: {read(long, days, days, range(7, 8))}")


def _open(folder: str, name: str) -> Database:
    database = open_database(f"sqlite:///{Path(folder) / name}.db")
    upgrade(database, "plays")
    return database


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
