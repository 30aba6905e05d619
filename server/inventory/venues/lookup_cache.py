"""What was read of places is remembered until a unit, line, venue or screen is another.

Triggers of SQLite count whatever any process writes to them (migration 0032); PostgreSQL has no
count, and there each question reads anew.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Final, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.inventory.venues.models import PlaceChange

T = TypeVar("T")
MOST: Final = 24
"""As many answers as are kept: those of the whole district take some MB each."""


class WhilePlacesStand:
    """Remembers answers; the count is of the same snapshot as what was read."""

    def __init__(self) -> None:
        self._number = -1
        self._known: OrderedDict[Hashable, Any] = OrderedDict()

    def of(self, session: Session, key: Hashable, read: Callable[[], T]) -> T:
        """What `read` answers in this session, or answered before: don't change it.

        `key` says what is asked, and of whose places; what is read must be in the count.
        """
        number = session.scalar(select(PlaceChange.number))
        # An older snapshot than what is known is of use to who has it alone.
        if number is None or number < self._number:
            return read()
        if number > self._number:
            self._number, self._known = number, OrderedDict()
        known = self._known
        if key not in known:
            known[key] = read()
            while len(known) > MOST:
                known.popitem(last=False)
        known.move_to_end(key)
        found: T = known[key]
        return found
