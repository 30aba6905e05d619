"""How rows of tables are written: many with one statement, in portions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from server.accounts.audit import Entry as Audit
from server.ids import public
from server.screens.models import Screen
from server.venues.models import Line, Venue

PORTION: Final = 500
Kind = type[Venue] | type[Line] | type[Screen]


def make_all(session: Session, kind: Kind, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Insert rows that have the same columns; their numbers, in order."""
    made: list[int] = []
    for portion in portions(rows):
        query = insert(kind).returning(kind.id, sort_by_parameter_order=True)
        made += session.scalars(query, portion).all()
    return made


def change_all(session: Session, kind: Kind, rows: Sequence[Mapping[str, Any]]) -> None:
    """Change rows by their `id`, those with the same columns together."""
    alike: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for row in rows:
        alike.setdefault(tuple(sorted(row)), []).append(row)
    for group in alike.values():
        for portion in portions(group):
            session.execute(update(kind), [dict(row) for row in portion])


def audits_of(kind: str, made: Iterable[int], changed: Iterable[Mapping[str, Any]]) -> list[Audit]:
    """The entries of the audit trail that single requests would have made."""
    found: list[Audit] = [(f"{kind}.create", public(kind, one), {}) for one in made]
    for row in changed:
        detail = {"fields": sorted(row.keys() - {"id"})}
        found.append((f"{kind}.update", public(kind, row["id"]), detail))
    return found


def portions(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """So many at a time as one statement takes."""
    for start in range(0, len(rows), PORTION):
        yield rows[start : start + PORTION]
