"""PostgreSQL, for several machines, through psycopg 3, which is cooperative under gevent.

Writers are exclusive, as on SQLite: each writing transaction first takes the lock of its schema,
and sees the previous one's changes (docs/decisions/0005).
"""

from functools import partial
from typing import Any, Final

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from server.foundation.db.write_waits import Waits
from server.foundation.lock_patience import LOCK_S

LOCK_PATIENCE_MS: Final = round(1000 * LOCK_S)
IDLE_WRITER_MS: Final = 30_000
READING: Final = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
READ_ONLY: Final = " -c default_transaction_read_only=on"
BEGIN_READING: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
# READ COMMITTED takes a snapshot per statement, so it is never older than the lock.
WRITING: Final = {"isolation_level": "READ COMMITTED", "begin": "alone"}
_LOCKS: Final = 0x414E50
_WRITER: Final = {None: 1, "plays": 2}
_MIGRATION: Final = 3
_LEAD: Final = 4
TRY_TO_LEAD: Final = f"SELECT pg_try_advisory_lock({_LOCKS}, {_LEAD})"
"""One connection at a time holds this lock, until it closes."""
# SQLSTATE classes: connection, transaction rollback, resources, operator intervention.
_PASSING: Final = {"08", "40", "53", "55", "57"}
_IDLED_TOO_LONG: Final = "25P03"
_OF_THE_DATABASE: Final = """
    SELECT attrelid::regclass::text, string_agg(
        format(
            'ALTER COLUMN %%I TYPE %%s COLLATE "C"', attname, format_type(atttypid, atttypmod)
        ),
        ', '
    )
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
    AND attcollation = '"default"'::regcollation AND NOT attisdropped
    GROUP BY attrelid
"""
_CONNECTING: Final = {
    "connect_timeout": 4,
    "keepalives_idle": 30,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
_POOL: Final = {
    "pool_size": 5,
    "max_overflow": 15,
    "pool_timeout": 4,
    "pool_recycle": 1_800,
    "pool_pre_ping": True,
}


def is_postgres(url: str) -> bool:
    """Whether a database URL is of PostgreSQL."""
    return url.startswith(("postgresql://", "postgresql+psycopg://"))


def make_engine(url: str, schema: str | None, waits: Waits, *, reads_alone: bool = False) -> Engine:
    """An engine on the default or another schema; commits each statement outside a transaction.

    With `reads_alone` the database rejects all writes. Nothing is connected here.
    """
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        connect_args={**_CONNECTING, "options": _options(schema) + READ_ONLY * reads_alone},
        isolation_level="AUTOCOMMIT",
        **_POOL,
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", partial(_begin, _WRITER[schema], waits))
    return engine


def begin_alone(schema: str | None) -> tuple[str, ...]:
    """The statements that begin an exclusive writing transaction in plain SQL."""
    return "BEGIN ISOLATION LEVEL READ COMMITTED", _alone(_WRITER[schema])


def lock_migrations(connection: Connection) -> None:
    """Wait until nobody else migrates this database; the lock lasts until the connection closes."""
    connection.exec_driver_sql("SET lock_timeout = 0")
    connection.exec_driver_sql(f"SELECT pg_advisory_lock({_LOCKS}, {_MIGRATION})")


def compare_by_code_points(connection: Connection) -> None:
    """Set the collation of text columns to code points where they have the database's default.

    So order, prefixes and uniqueness equal SQLite's for any database, and a system upgrade of
    collations can't corrupt an index.
    """
    for table, changes in connection.exec_driver_sql(_OF_THE_DATABASE).all():
        connection.exec_driver_sql(f"ALTER TABLE {table} {changes}")


def is_away(error: BaseException) -> bool:
    """Whether an error means that the server is unreachable or overloaded, or a lock is held."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(cause, psycopg.Error):
        return isinstance(cause, PoolExhausted)
    if cause.sqlstate is None:
        lost = isinstance(error, DBAPIError) and error.connection_invalidated
        return lost or isinstance(cause, psycopg.OperationalError)
    return cause.sqlstate[:2] in _PASSING or cause.sqlstate == _IDLED_TOO_LONG


def _alone(number: int) -> str:
    """If the process hangs or its machine is cut off, the server releases the lock soon."""
    return (
        f"SELECT pg_advisory_xact_lock({_LOCKS}, {number}), "
        f"set_config('idle_in_transaction_session_timeout', '{IDLE_WRITER_MS}', true)"
    )


def _options(schema: str | None) -> str:
    options = f"-c lock_timeout={LOCK_PATIENCE_MS} -c timezone=UTC"
    return options if schema is None else f"{options} -c search_path={schema}"


def _prepare(connection: psycopg.Connection[Any], _record: object) -> None:
    connection.adapters.register_loader("numeric", WholeNumber)
    # Acknowledged data must survive a power cut, whatever the server's own setting is.
    connection.execute(
        "SELECT set_config('synchronous_commit', 'on', false) "
        "WHERE current_setting('synchronous_commit') = 'off'"
    )


def _begin(number: int, waits: Waits, connection: Connection) -> None:
    if connection.get_execution_options().get("begin") == WRITING["begin"]:
        with waits.timed():
            connection.exec_driver_sql(_alone(number))


class WholeNumber(Loader):
    """Sums of BIGINT arrive as NUMERIC; no column has fractions, so they become int."""

    def load(self, data: Buffer) -> int:
        """The number."""
        return int(bytes(data))
