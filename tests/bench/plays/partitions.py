"""What partitions by day would save and cost: `python -m tests.bench.plays.partitions [ROWS DAYS]`.

On PostgreSQL: a day of ROWS batches is deleted (and swept up after), and dropped as a partition.
Then DAYS days in one table and in as many partitions, by the time of their plays: the questions
that taking in and reading ask of it, each planned and run, median of some.
"""

import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg

from tests.support.app.postgres import start_postgres

DAY_MS: Final = 86_400_000
SCREENS: Final = 1_000
A_DAY: Final = 2_000
TRIES: Final = 60
COLUMNS: Final = (
    "id bigint, screen bigint, boot bigint, first bigint, n int, t0 bigint, span bigint, "
    "received_at bigint, columns bytea, head bytea"
)
FILL: Final = (
    "SELECT g, g %% {screens}, g %% {screens}, g / {screens}, 1, {from_ms} + (g - {start}) * "
    "{day}::bigint / {rows}, 15000, 0, decode(repeat('ab', 24), 'hex'), "
    "decode(repeat('cd', 32), 'hex') FROM generate_series({start}, {start} + {rows} - 1) g"
)
QUESTIONS: Final = {
    "a screen's batches near a time": (
        "SELECT * FROM {} WHERE screen = %s AND t0 >= %s AND t0 < %s AND t0 + span >= %s",
        lambda last: (7, last - 4_000_000, last, last - 600_000),
    ),
    "a boot's batches of some numbers": (
        "SELECT * FROM {} WHERE screen = %s AND boot = %s AND first <= %s AND first + n > %s",
        lambda _: (7, 7, 5, 4),
    ),
    "one by its number": ("SELECT * FROM {} WHERE id = %s", lambda _: (A_DAY + 7,)),
}


def main(rows: str = "1000000", days: str = "365") -> int:
    """Print all of it."""
    server = start_postgres(options=())
    try:
        server.create("plays")
        with psycopg.connect(server.url("plays"), autocommit=True) as connection:
            _ends_of_a_day(connection, int(rows))
            _questions(connection, int(days))
    finally:
        server.stop()
    return 0


def _ends_of_a_day(connection: "psycopg.Connection[Any]", rows: int) -> None:
    _table(connection, "one", "")
    _fill(connection, "one", 1, 0, rows)
    _fill(connection, "one", rows + 1, DAY_MS, rows)
    with _timed(f"a day of {rows:,} of two deleted"):
        connection.execute("DELETE FROM one WHERE t0 < %s", (DAY_MS,))
    with _timed("swept up after"):
        connection.execute("VACUUM one")
    connection.execute("DROP TABLE one")
    _partitions(connection, "many", 2)
    _fill(connection, "many", 1, 0, rows)
    _fill(connection, "many", rows + 1, DAY_MS, rows)
    with _timed("dropped as a partition"):
        connection.execute("DROP TABLE many_0")
    connection.execute("DROP TABLE many")


def _questions(connection: "psycopg.Connection[Any]", days: int) -> None:
    _table(connection, "one", "")
    _partitions(connection, "many", days)
    for day in range(days):
        for table in ("one", "many"):
            _fill(connection, table, day * A_DAY + 1, day * DAY_MS, A_DAY)
    connection.execute("ANALYZE")
    for name, (question, values) in QUESTIONS.items():
        costs = [
            _median_ms(connection, question.format(table), values(days * DAY_MS))
            for table in ("one", "many")
        ]
        print(f"{name}: {costs[0]:.2f} ms in one table, {costs[1]:.2f} in {days} partitions")


def _table(connection: "psycopg.Connection[Any]", name: str, how: str) -> None:
    connection.execute(f"CREATE TABLE {name} ({COLUMNS}) {how}")
    connection.execute(f"CREATE INDEX ON {name} (id)")
    connection.execute(f"CREATE INDEX ON {name} (screen, t0)")


def _partitions(connection: "psycopg.Connection[Any]", name: str, days: int) -> None:
    _table(connection, name, "PARTITION BY RANGE (t0)")
    for day in range(days):
        connection.execute(
            f"CREATE TABLE {name}_{day} PARTITION OF {name} "
            f"FOR VALUES FROM ({day * DAY_MS}) TO ({(day + 1) * DAY_MS})"
        )


def _fill(
    connection: "psycopg.Connection[Any]", table: str, start: int, from_ms: int, rows: int
) -> None:
    filled = FILL.format(screens=SCREENS, start=start, from_ms=from_ms, rows=rows, day=DAY_MS)
    connection.execute(f"INSERT INTO {table} {filled.replace('%%', '%')}")  # type: ignore[arg-type] # own words


def _median_ms(connection: "psycopg.Connection[Any]", question: str, values: Any) -> float:
    found = []
    for _ in range(TRIES):
        began = time.perf_counter()
        connection.execute(question, values, prepare=False).fetchall()  # type: ignore[arg-type] # own words
        found.append(1e3 * (time.perf_counter() - began))
    return statistics.median(found)


@contextmanager
def _timed(what: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    print(f"{what}: {time.perf_counter() - began:.2f} s")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
