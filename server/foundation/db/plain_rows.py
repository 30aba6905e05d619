"""Reads and writes thousands of rows without the mapper.

Mapped objects, or the mapper's bulk statements, cost several times as much as the database itself
(docs/decisions/0042).
"""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, Final

from sqlalchemy import CursorResult, Row, Select, Text, and_, cast, false, insert, literal, select
from sqlalchemy.orm import Session

from server.foundation.db.change_tracking import PLACES, note
from server.foundation.db.sqlite import read_json

TOGETHER: Final = 50
"""Rows per statement; constant, as drivers cache prepared statements."""
MOST_GAPS: Final = 1.25
"""A range may be at most so many times as long as the list of numbers."""


def rows(session: Session, query: Select[*tuple[Any, ...]]) -> Sequence[Row[*tuple[Any, ...]]]:
    """All rows of a query on columns. Excludes unflushed changes of the session."""
    return session.connection().execute(query).all()


def first(session: Session, sql: str, *values: Any) -> Row[Any] | None:
    """The first row of a plain SQL query with `?` placeholders.

    Costs a fifth of the mapper's query. Excludes unflushed changes of the session.
    """
    return _run(session, sql, values).first()


def among(column: Any, numbers: Collection[int]) -> Any:
    """Condition that an integer column has one of these numbers.

    Each list element costs as much as its row, so nearly consecutive numbers become a range without
    its gaps.
    """
    if not numbers:
        return false()
    first, last = min(numbers), max(numbers)
    if last - first + 1 > len(numbers) * MOST_GAPS:
        return column.in_(sorted(numbers))
    lacking = sorted(set(range(first, last + 1)).difference(numbers))
    span = column.between(first, last)
    return and_(span, column.not_in(lacking)) if lacking else span


def run_many(session: Session, sql: str, values: Sequence[tuple[Any, ...]]) -> int:
    """Execute a plain SQL statement for many rows, with `?` placeholders; returns changed rows.

    Not reported to listeners.
    """
    if not values:
        return 0
    return _run(session, sql, list(values)).rowcount


def _run(session: Session, sql: str, values: Any) -> CursorResult[Any]:
    connection = session.connection()
    is_qmark = connection.dialect.paramstyle == "qmark"
    return connection.exec_driver_sql(sql if is_qmark else sql.replace("?", "%s"), values)


def insert_many(session: Session, sql: str, values: Sequence[tuple[Any, ...]]) -> None:
    """An INSERT that contains `VALUES (?, ...)`, with many rows per statement.

    This halves the cost of a row.
    """
    whole = len(values) - len(values) % TOGETHER
    together = [
        tuple(chain.from_iterable(values[at : at + TOGETHER])) for at in range(0, whole, TOGETHER)
    ]
    if together:
        places = f"({', '.join('?' * len(values[0]))})"
        run_many(session, sql.replace(places, ", ".join([places] * TOGETHER)), together)
    run_many(session, sql, values[whole:])


def insert_one(session: Session, table: Any, **values: Any) -> int:
    """Insert a row with default values into a table with generated ids; returns its number.

    Reported to listeners.
    """
    result = session.connection().execute(insert(table).returning(table.c.id), values)
    number: int = result.scalar_one()
    places = {name: values[name] for name in PLACES if isinstance(values.get(name), int)}
    note(session, table.name, **{**places, "id": number})
    return number


def insert_alike(
    session: Session, column: Any, numbers: Collection[int], key: Any, alike: Mapping[Any, Any]
) -> None:
    """Insert a row into `column`'s table for each row of another table with these `key`s.

    The other columns have equal values, so it is one statement, at half the cost per row. Not
    reported to listeners.
    """
    if not numbers:
        return
    constants = [literal(value, one.type) for one, value in alike.items()]
    rows = select(key, *constants).where(among(key, numbers)).order_by(key)
    names = [column.key, *(one.key for one in alike)]
    session.connection().execute(insert(column.table).from_select(names, rows))


def as_text(column: Any, name: str) -> Any:
    """A JSON column in stored form, for `shared`."""
    return cast(column, Text).label(name)


def shared(text: str | None) -> Any:
    """The value of a JSON text. Equal texts share one object, which must not be modified."""
    return None if text is None else _read(text)


@lru_cache(maxsize=1024)
def _read(text: str) -> Any:
    return read_json(text)
