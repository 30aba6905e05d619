"""PostgreSQL schemas: every table by COPY in one snapshot, without external programs.

A restore creates the tables by migrations up to the backup's revision, fills them, and migrates to
this release. Existing tables are moved to a schema named by the time, and moved back on failure.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec
import psycopg
from psycopg import sql
from sqlalchemy import MetaData

from server.foundation.config import Settings
from server.foundation.db.migrate import History, upgrade
from server.foundation.db.postgres import BEGIN_READING
from server.foundation.db.session import Database, open_database
from server.operations.backup.errors import Damaged
from server.operations.backup.manifest import POSTGRES, Contents, Copied
from server.operations.backup.opened_databases import both_databases, closing_databases
from server.operations.backup.restore_note import SKIPPED_NUMBERS
from server.operations.backup.row_counts import Count, counted
from server.operations.backup.schemas import HISTORIES

FACTS: Final = "facts.json"
ASIDE: Final = "before_restore_"
CHUNK: Final = 1024 * 1024
VERSION_TABLE: Final = "alembic_version"


class Facts(msgspec.Struct, frozen=True):
    """Metadata of the copies: columns by `history.table`, last numbers by `history.sequence`."""

    columns: dict[str, list[str]]
    sequences: dict[str, int]


class PostgresForm:
    """The default schema (configuration) and the schema of plays in one database."""

    kind = "postgresql"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def exists(self) -> bool:
        """Whether both schemas have tables."""
        with self._connection() as connection:
            return all(_tables(connection, one) for one in _schemas(connection).values())

    def copy_to(self, folder: Path) -> Copied:
        """Write a file for each table, and the metadata."""
        place = folder / POSTGRES
        place.mkdir()
        with self._connection() as connection:
            connection.execute(BEGIN_READING)
            schemas = _schemas(connection)
            facts = Facts({}, {})
            for history, schema in schemas.items():
                for table in _tables(connection, schema):
                    name = f"{history}.{table}"
                    facts.columns[name] = _columns(connection, schema, table)
                    _copy_out(connection, schema, table, place / f"{name}.copy")
                for sequence, last in _sequences(connection, schema).items():
                    facts.sequences[f"{history}.{sequence}"] = last
            revisions: dict[str, str] = {
                one: _revision(connection, schema) for one, schema in schemas.items()
            }
            counts = counted(lambda one: _count(connection, schemas[one.history], one))
            connection.execute("ROLLBACK")
        (place / FACTS).write_bytes(msgspec.json.encode(facts))
        return Copied(revisions, counts)

    def occupied(self) -> bool:
        """Whether there are tables that a restore would replace."""
        with self._connection() as connection:
            return any(_tables(connection, one) for one in _schemas(connection).values())

    def check(self, staging: Path, contents: Contents) -> None:
        """Whether each table in the metadata has its copy."""
        facts = _facts(staging)
        for name in facts.columns:
            if not (staging / POSTGRES / f"{name}.copy").exists():
                raise Damaged(f"缺少表 {name}", f"the table {name} is missing")
        if set(contents.schemas) != set(HISTORIES):
            raise Damaged("清单没有版本", "its manifest names no revisions")

    def load(self, staging: Path, contents: Contents, stamp: str) -> str | None:
        """Create the tables, fill them, and migrate to this release.

        Returns the schemas of the old tables, None without any; `stamp` is the time for their
        names. On any exception the old tables are in place.
        """
        aside = f"{ASIDE}{stamp.replace('-', '_')}"
        with self._connection() as connection:
            schemas = _schemas(connection)
            moved = _move(connection, {s: f"{aside}_{h}" for h, s in schemas.items()})
        try:
            self._fill(staging, contents, schemas)
        except BaseException:
            self._bring_back(schemas, aside)
            raise
        return f"{aside}_config, {aside}_plays" if moved else None

    def settled(self, _staging: Path) -> Database:
        """The active configuration."""
        return open_database(self._settings.config_url)

    def _fill(self, staging: Path, contents: Contents, schemas: Mapping[History, str]) -> None:
        facts = _facts(staging)
        for history, database in both_databases(self._settings).items():
            with closing_databases(database):
                upgrade(database, history, contents.schemas[history])
                schema = schemas[history]
                _copy_in(database, staging, facts, history, schema)
                _set_sequences(database, facts, history, schema)
                upgrade(database, history)

    def _bring_back(self, schemas: Mapping[History, str], aside: str) -> None:
        with self._connection() as connection:
            for schema in schemas.values():
                for table in _tables(connection, schema):
                    gone = sql.SQL("DROP TABLE {} CASCADE").format(sql.Identifier(schema, table))
                    connection.execute(gone)
            _move(connection, {f"{aside}_{h}": s for h, s in schemas.items()})
            for history in schemas:
                empty = sql.SQL("DROP SCHEMA IF EXISTS {}").format(
                    sql.Identifier(f"{aside}_{history}")
                )
                connection.execute(empty)

    @contextmanager
    def _connection(self) -> Iterator["psycopg.Connection[Any]"]:
        database = open_database(self._settings.config_url)
        with closing_databases(database), closing(database.engine.raw_connection()) as connection:
            driver: psycopg.Connection[Any] | None = connection.driver_connection
            if driver is None:
                raise psycopg.OperationalError
            yield driver


def _schemas(connection: "psycopg.Connection[Any]") -> dict[History, str]:
    row = connection.execute("SELECT current_schema()").fetchone()
    return {"config": row[0] if row and row[0] else "public", "plays": "plays"}


def _tables(connection: "psycopg.Connection[Any]", schema: str) -> list[str]:
    query = "SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY tablename"
    return [row[0] for row in connection.execute(query, (schema,))]


def _count(connection: "psycopg.Connection[Any]", schema: str, count: Count) -> int:
    query = sql.SQL("SELECT {} FROM {}").format(
        sql.SQL(count.expression), sql.Identifier(schema, count.table)
    )
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def _columns(connection: "psycopg.Connection[Any]", schema: str, table: str) -> list[str]:
    query = (
        "SELECT column_name FROM information_schema.columns "
        "WHERE table_schema = %s AND table_name = %s ORDER BY ordinal_position"
    )
    return [row[0] for row in connection.execute(query, (schema, table))]


def _sequences(connection: "psycopg.Connection[Any]", schema: str) -> dict[str, int]:
    query = "SELECT sequencename, COALESCE(last_value, 0) FROM pg_sequences WHERE schemaname = %s"
    return {row[0]: int(row[1]) for row in connection.execute(query, (schema,))}


def _revision(connection: "psycopg.Connection[Any]", schema: str) -> str:
    query = sql.SQL("SELECT version_num FROM {}").format(sql.Identifier(schema, VERSION_TABLE))
    row = connection.execute(query).fetchone()
    return str(row[0]) if row else ""


def _copy_out(connection: "psycopg.Connection[Any]", schema: str, table: str, target: Path) -> None:
    query = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(schema, table))
    with target.open("wb") as file, connection.cursor().copy(query) as blocks:
        for block in blocks:
            file.write(block)


def _copy_in(
    database: Database, staging: Path, facts: Facts, history: History, schema: str
) -> None:
    """Fill the tables of a history, referenced ones first."""
    metadata = MetaData()
    metadata.reflect(database.engine, schema=schema)
    with closing(database.engine.raw_connection()) as connection:
        driver: Any = connection.driver_connection
        with driver.transaction():
            for table in metadata.sorted_tables:
                columns = facts.columns.get(f"{history}.{table.name}")
                if columns is None or table.name == VERSION_TABLE:
                    continue
                place = sql.Identifier(schema, table.name)
                driver.execute(sql.SQL("DELETE FROM {}").format(place))
                names = sql.SQL(", ").join(map(sql.Identifier, columns))
                query = sql.SQL("COPY {} ({}) FROM STDIN").format(place, names)
                source = staging / POSTGRES / f"{history}.{table.name}.copy"
                with source.open("rb") as file, driver.cursor().copy(query) as copy:
                    while chunk := file.read(CHUNK):
                        copy.write(chunk)


def _set_sequences(database: Database, facts: Facts, history: History, schema: str) -> None:
    by = SKIPPED_NUMBERS if history == "config" else 0
    with closing(database.engine.raw_connection()) as connection:
        driver: Any = connection.driver_connection
        for name in _sequences(driver, schema):
            last = facts.sequences.get(f"{history}.{name}", 0) + by
            place = sql.Identifier(schema, name).as_string(driver)
            if last:
                driver.execute("SELECT setval(%s, %s)", (place, last))


def _move(connection: "psycopg.Connection[Any]", ways: Mapping[str, str]) -> bool:
    """Move all tables between schemas, all or none; returns whether there were any."""
    moved = False
    with connection.transaction():
        for source, target in ways.items():
            tables = _tables(connection, source)
            if tables:
                made = sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(target))
                connection.execute(made)
            for table in tables:
                query = sql.SQL("ALTER TABLE {} SET SCHEMA {}").format(
                    sql.Identifier(source, table), sql.Identifier(target)
                )
                connection.execute(query)
                moved = True
    return moved


def _facts(staging: Path) -> Facts:
    try:
        return msgspec.json.decode((staging / POSTGRES / FACTS).read_bytes(), type=Facts)
    except (OSError, msgspec.DecodeError) as error:
        raise Damaged("数据库副本不完整", "the copies of the database aren't whole") from error
