"""Rows without the mapper, where thousands are read or written at once.

As objects of the mapper, or by its statements on many rows, they cost several times what the
database takes for them (docs/decisions/0042).
"""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, Final

from sqlalchemy import Row, Select, Text, and_, cast, false, insert, literal, select
from sqlalchemy.orm import Session

from server.foundation.db.change_tracking import PLACES, note
from server.foundation.db.sqlite import read_json

TOGETHER: Final = 50
"""Rows in a statement. Always as many, as drivers keep what they have prepared."""
MOST_GAPS: Final = 1.25
"""A range may be so many times as long as what is asked for."""


def rows(session: Session, query: Select[*tuple[Any, ...]]) -> Sequence[Row[*tuple[Any, ...]]]:
    """All rows of a query on columns. What the session hasn't flushed yet isn't in them."""
    return session.connection().execute(query).all()


def first(session: Session, sql: str, *values: Any) -> Row[Any] | None:
    """The first row of a query in plain SQL, with `?` for each value, at a fifth of the mapper's
    cost. What the session hasn't flushed yet isn't in it.
    """
    connection = session.connection()
    is_qmark = connection.dialect.paramstyle == "qmark"
    worded = sql if is_qmark else sql.replace("?", "%s")
    return connection.exec_driver_sql(worded, values).first()


def among(column: Any, numbers: Collection[int]) -> Any:
    """Whether a column of whole numbers has one of these. Each in a list costs as much as its row
    does, so those that stand together are asked for as a range, without what the range lacks.
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
    """A statement in plain SQL for many rows, with `?` for each value; how many it changed.

    Listeners to what is written hear nothing of it.
    """
    if not values:
        return 0
    connection = session.connection()
    is_qmark = connection.dialect.paramstyle == "qmark"
    worded = sql if is_qmark else sql.replace("?", "%s")
    return connection.exec_driver_sql(worded, list(values)).rowcount


def insert_many(session: Session, sql: str, values: Sequence[tuple[Any, ...]]) -> None:
    """The same for an INSERT that ends in, or goes on after, `VALUES (?, ...)`: many by each
    statement, which makes a row half as dear.
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
    """A row of a table that numbers its rows, with what its columns have by default; its number.
    Listeners to what is written hear of it.
    """
    result = session.connection().execute(insert(table).returning(table.c.id), values)
    number: int = result.scalar_one()
    places = {name: values[name] for name in PLACES if isinstance(values.get(name), int)}
    note(session, table.name, **{**places, "id": number})
    return number


def insert_alike(
    session: Session, column: Any, numbers: Collection[int], key: Any, alike: Mapping[Any, Any]
) -> None:
    """A row in `column`'s table for each of some rows that another table has by their `key`.

    In all of them the other columns say the same, so it is one statement: a row is half as dear as
    by a statement of its own. Listeners to what is written hear nothing of it.
    """
    if not numbers:
        return
    said = [literal(value, one.type) for one, value in alike.items()]
    rows = select(key, *said).where(among(key, numbers)).order_by(key)
    names = [column.key, *(one.key for one in alike)]
    session.connection().execute(insert(column.table).from_select(names, rows))


def as_text(column: Any, name: str) -> Any:
    """A JSON column as it is stored, for `shared`."""
    return cast(column, Text).label(name)


def shared(text: str | None) -> Any:
    """What a JSON column says. Rows that say the same share it, so nobody may change it."""
    return None if text is None else _read(text)


@lru_cache(maxsize=1024)
def _read(text: str) -> Any:
    return read_json(text)
