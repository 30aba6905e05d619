"""Reads and writes many rows per statement, in portions."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Select, insert, update
from sqlalchemy.orm import Session

from server.accounts.audit_log.record import Entry as Audit
from server.foundation.public_ids import public
from server.inventory.devices import history as boxes
from server.inventory.devices import serials
from server.inventory.imports.columns.fields import Field
from server.inventory.imports.outcomes import Entry
from server.inventory.screens.models import Screen
from server.inventory.venues.models import Line, Venue

PORTION: Final = 500
Kind = type[Venue] | type[Line] | type[Screen]


def make_all(session: Session, kind: Kind, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Insert rows with equal columns; returns their numbers, in order."""
    made: list[int] = []
    for portion in portions(rows):
        query = insert(kind).returning(kind.id, sort_by_parameter_order=True)
        made += session.scalars(query, portion).all()
    return made


def make_new(
    session: Session, kind: Kind, empty: Mapping[str, Any], entries: Iterable[Entry]
) -> list[int]:
    """Insert the new objects of a table, with defaults from `empty`; returns their numbers."""
    rows = [{**empty, **one.values} for one in entries if one.act == "make"]
    return make_all(session, kind, rows)


def changes_of(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """The rows to change, as input of `change_all`."""
    return [{"id": one.id, **one.values} for one in entries if one.act == "change"]


def rows_by_id(
    session: Session, kind: Kind, fields: Iterable[Field], query: Select[Any]
) -> Iterator[dict[str, Any]]:
    """Rows of a query as dicts by the columns of a table, with `id`; in order of their numbers."""
    names = ("id", *(one.name for one in fields))
    wanted = [getattr(kind, name) for name in names]
    for row in session.execute(query.with_only_columns(*wanted).order_by(kind.id)):
        yield dict(zip(names, row, strict=True))


def change_all(session: Session, kind: Kind, rows: Sequence[Mapping[str, Any]]) -> None:
    """Update rows by their `id`, those with equal columns together."""
    alike: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for row in rows:
        alike.setdefault(tuple(sorted(row)), []).append(row)
    for group in alike.values():
        for portion in portions(group):
            session.execute(update(kind), [dict(row) for row in portion])


def change_screens(
    session: Session, rows: Sequence[Mapping[str, Any]], left: Collection[int]
) -> None:
    """Update screens; `left`: the venues from which some of them were moved."""
    change_all(session, Screen, rows)
    boxes.note_serials(session, {row["id"]: row["serial"] for row in rows if "serial" in row})
    for portion in portions(sorted(left)):
        serials.leave(session, portion)


def audits_of(kind: str, made: Iterable[int], changed: Iterable[Mapping[str, Any]]) -> list[Audit]:
    """The audit entries that single requests would have created."""
    found: list[Audit] = [(f"{kind}.create", public(kind, one), {}) for one in made]
    for row in changed:
        detail = {"fields": sorted(row.keys() - {"id"})}
        found.append((f"{kind}.update", public(kind, row["id"]), detail))
    return found


def portions(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Portions of at most one statement's rows."""
    for start in range(0, len(rows), PORTION):
        yield rows[start : start + PORTION]
