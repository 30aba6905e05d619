"""Caches reads of places until a unit, line, venue or screen changes.

Triggers of SQLite count the writes of all processes (migration 0032); PostgreSQL has no counter, so
there every call reads.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Final, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.inventory.venues.models import PlaceChange

T = TypeVar("T")
MOST: Final = 24
"""Cached results; those of the whole district take some MB each."""


class PlaceCache:
    """Caches results; the counter is read in the same snapshot as the data."""

    def __init__(self) -> None:
        self._number = -1
        self._cached: OrderedDict[Hashable, Any] = OrderedDict()

    def of(self, session: Session, key: Hashable, read: Callable[[], T]) -> T:
        """The result of `read`, possibly cached: must not be modified.

        `key`: the query and the scope; everything read must be covered by the counter.
        """
        number = session.scalar(select(PlaceChange.number))
        # Results of an older snapshot than the cache are returned without caching.
        if number is None or number < self._number:
            return read()
        if number > self._number:
            self._number, self._cached = number, OrderedDict()
        cached = self._cached
        if key not in cached:
            cached[key] = read()
            while len(cached) > MOST:
                cached.popitem(last=False)
        cached.move_to_end(key)
        found: T = cached[key]
        return found
