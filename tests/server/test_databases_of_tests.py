"""On PostgreSQL one database serves many tests: each finds it as if it had been made for it."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.support.app.databases import ON_POSTGRES, postgres_server
from tests.support.speed.database_pool import LARGE_BYTES, DatabasePool

pytestmark = pytest.mark.skipif(not ON_POSTGRES, reason="SQLite's files are copied")

TABLES = """
CREATE TABLE venue (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text);
CREATE TABLE screen (id int PRIMARY KEY, venue int REFERENCES venue);
CREATE TABLE revision (name text);
INSERT INTO revision VALUES ('newest');
"""


@pytest.fixture
def pool() -> Iterator[DatabasePool]:
    server = postgres_server()
    server.create("pattern")
    with psycopg.connect(server.url("pattern")) as connection:
        connection.execute(TABLES)
    made = DatabasePool(server, "pattern")
    yield made
    made.close()
    server.drop("pattern")


def open_one(pool: DatabasePool, name: str) -> psycopg.Connection:
    return psycopg.connect(pool.server.url(name), autocommit=True)


@pytest.mark.parametrize("rows", [1, LARGE_BYTES // 20])
def test_the_next_test_finds_no_row_and_counts_from_one(pool: DatabasePool, rows: int) -> None:
    name = pool.take()
    with open_one(pool, name) as connection:
        fill = "INSERT INTO venue (name) SELECT 'a' FROM generate_series(1, %s)"
        connection.execute(fill, [rows])
        connection.execute("INSERT INTO screen VALUES (7, 1)")
    pool.give_back(name)

    assert pool.take() == name
    with open_one(pool, name) as connection:
        added = connection.execute("INSERT INTO venue (name) VALUES ('b') RETURNING id").fetchone()
        screens = connection.execute("SELECT count(*) FROM screen").fetchone()
    assert (added, screens) == ((1,), (0,))


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE venue ADD COLUMN colour text",
        "CREATE INDEX ON venue (name)",
        "DROP TABLE screen",
        "UPDATE revision SET name = 'older'",
        "DELETE FROM revision",
    ],
)
def test_a_database_that_was_changed_beyond_its_rows_serves_no_other(
    pool: DatabasePool, change: str
) -> None:
    name = pool.take()
    with open_one(pool, name) as connection:
        connection.execute(change)
    pool.give_back(name)

    assert pool.take() != name


def test_a_database_that_somebody_is_still_connected_to_serves_no_other(
    pool: DatabasePool,
) -> None:
    name = pool.take()
    with open_one(pool, name) as connection:
        connection.execute("SELECT 1")
        pool.give_back(name)

        assert pool.take() != name
