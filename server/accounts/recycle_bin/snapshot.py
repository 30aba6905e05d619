"""Rows as JSON, with those that are deleted together with them, and back into their tables."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, cast

from sqlalchemy import Date, RowMapping, Table, insert, select
from sqlalchemy.orm import Session

from server.foundation.db.columns import ConfigBase

StoredRow = Mapping[str, Any]
"""`{"table": name, "values": {column: value}}`; dates as ISO texts."""


def taken(session: Session, rows: Iterable[ConfigBase]) -> list[StoredRow]:
    """The rows in their order, each followed by those that its deletion takes along."""
    found: dict[tuple[Any, ...], StoredRow] = {}
    for row in rows:
        table = cast("Table", row.__mapper__.local_table)
        number: int = row.__mapper__.primary_key_from_instance(row)[0]
        (identity,) = table.primary_key.columns
        itself = session.execute(select(table).where(identity == number)).mappings().one()
        for where, one in [(table, itself), *_dependents(session, table, number)]:
            names = [column.name for column in where.primary_key.columns]
            values = {name: _written(value) for name, value in one.items()}
            key = (where.name, *(one[name] for name in names))
            found.setdefault(key, {"table": where.name, "values": values})
    return list(found.values())


def put_back(session: Session, rows: Sequence[StoredRow]) -> None:
    """Insert them as they were. Raises IntegrityError where what they refer to is gone."""
    for row in rows:
        table = ConfigBase.metadata.tables[row["table"]]
        values = {name: _read(table, name, value) for name, value in row["values"].items()}
        session.execute(insert(table).values(values))


def _dependents(session: Session, parent: Table, number: int) -> Iterator[tuple[Table, RowMapping]]:
    for table in ConfigBase.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table is parent and key.ondelete == "CASCADE":
                query = select(table).where(key.parent == number)
                yield from ((table, one) for one in session.execute(query).mappings())


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _read(table: Table, name: str, value: Any) -> Any:
    is_day = isinstance(table.columns[name].type, Date) and value is not None
    return date.fromisoformat(value) if is_day else value
