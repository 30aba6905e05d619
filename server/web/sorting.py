"""One page of a list in an order that the person chose, with how many rows there are.

The address keeps it all: `sort` (a name, with `-` before it the other way round), `page`, and
`view` (`grid` or `list`). Lists that only ever grow at one end use `server.web.helpers.listed`.
"""

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final

from flask import request
from sqlalchemy import Select, func
from sqlalchemy.orm import InstrumentedAttribute, Session

from server.foundation.pinyin import by_name
from server.web.addresses import here
from server.web.helpers import PAGE_SIZE

Orders = Mapping[str, Sequence[Any]]
"""The columns by which a list is sorted, by the name that the address has."""
FARTHEST: Final = 10_000
NAMES: Final = frozenset({"name", "contact_name", "serial"})
"""Columns with names of people and things."""
VIEWS: Final = ("grid", "list")


def sorted_page(
    session: Session,
    query: Select[Any],
    key: InstrumentedAttribute[int],
    orders: Orders,
    render: Callable[[Sequence[Any]], list[dict[str, Any]]],
) -> dict[str, Any]:
    """The context of a list's template: `items`, `count` and links to the other pages.

    Sorted newest first by default. `key` makes the order complete.
    """
    requested = request.args.get("sort", "")
    by = orders.get(requested.removeprefix("-"), ())
    named = _in_order(session, query, key, by, backwards=requested.startswith("-")) if by else None
    count = _count(session, query, key) if named is None else len(named)
    shown, links = page_of(count, PAGE_SIZE)
    if named is None:
        rows = session.scalars(query.order_by(key.desc()).slice(shown.start, shown.stop)).all()
    else:
        rows = _rows(session, query, key, named[shown])
    return {
        "items": render(rows),
        "count": count,
        **links,
        "sort": requested if requested.removeprefix("-") in orders else "",
        "sort_href": lambda name: here(sort=_turned(name, requested), page=""),
    }


def page_of(count: int, size: int) -> tuple[slice, dict[str, Any]]:
    """The rows of the page that the address names, and what parts/listing.html links to."""
    last = max(1, -(-count // size))
    page = min(_page(), last)
    return slice((page - 1) * size, page * size), {
        "page": page,
        "pages": last,
        "earlier": here(page=str(page - 1)) if page > 1 else None,
        "further": here(page=str(page + 1)) if page < last else None,
    }


def requested_view(usual: str) -> str:
    """The view of the list: grid or rows."""
    requested = request.args.get("view", "")
    return requested if requested in VIEWS else usual


def _turned(name: str, requested: str) -> str:
    """Sort by this column; reversed if it is sorted by it already."""
    return f"-{name}" if requested == name else name


def _count(session: Session, query: Select[Any], key: InstrumentedAttribute[int]) -> int:
    return session.scalar(query.with_only_columns(func.count(key)).order_by(None)) or 0


def _in_order(
    session: Session,
    query: Select[Any],
    key: InstrumentedAttribute[int],
    columns: Sequence[Any],
    *,
    backwards: bool,
) -> list[int]:
    """The numbers of all rows: databases have no pinyin, so names are sorted here."""
    found = session.execute(query.with_only_columns(key, *columns).order_by(key.desc()))
    names = [by_name if column.key in NAMES else _plain for column in columns]
    rows = [
        (tuple(of(one) for of, one in zip(names, values, strict=True)), number)
        for number, *values in found
    ]
    rows.sort(key=itemgetter(0), reverse=backwards)
    return [number for _, number in rows]


def _plain(text: str | None) -> str:
    return text or ""


def _rows(
    session: Session, query: Select[Any], key: InstrumentedAttribute[int], numbers: Sequence[int]
) -> Sequence[Any]:
    """These rows, in this order."""
    found = {getattr(row, key.key): row for row in session.scalars(query.where(key.in_(numbers)))}
    return [found[number] for number in numbers if number in found]


def _page() -> int:
    text = request.args.get("page", "")
    usable = text.isascii() and text.isdigit() and len(text) <= 5
    return max(1, min(int(text), FARTHEST)) if usable else 1
