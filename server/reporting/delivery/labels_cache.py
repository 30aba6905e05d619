"""A cache of labels of many screens or venues, invalidated when their names change.

The names are read for each report, so that nothing has to invalidate it explicitly: that takes a
third of the time of making the labels.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from server.foundation.civil_time import Civil
from server.reporting.delivery.grouping import GroupKey
from server.reporting.delivery.labels import Label, label_of, labels
from server.reporting.delivery.queries import FEW, called_screens, called_venues
from server.reporting.delivery.selection import GroupBy

Rows = Sequence[tuple[Any, ...]]


class LabelsCache:
    """Remembers those that were made last."""

    def __init__(self) -> None:
        self._venues = _Venues(())
        self._screens = _Screens((), self._venues)

    def of(
        self,
        session: Session,
        group_by: GroupBy,
        keys: Iterable[GroupKey],
        civil: Civil,
        venue_by_screen: Mapping[int, int],
    ) -> list[Label]:
        """The same as `labels`."""
        many = list(keys)
        if group_by not in {"screen", "venue"} or len(many) <= FEW:
            return labels(session, group_by, many, civil, venue_by_screen)
        numbers = sorted(key for key in many if isinstance(key, int))
        venues = self._read_venues(session)
        if group_by == "venue":
            return [venues.label(one) for one in numbers]
        screens = self._read_screens(session, venues)
        return [screens.label(one, venue_by_screen.get(one)) for one in numbers]

    def _read_venues(self, session: Session) -> "_Venues":
        rows, cached = called_venues(session), self._venues
        if cached.rows != rows:
            cached = self._venues = _Venues(rows)
        return cached

    def _read_screens(self, session: Session, venues: "_Venues") -> "_Screens":
        rows, cached = called_screens(session), self._screens
        if cached.venues is not venues or cached.rows != rows:
            cached = self._screens = _Screens(rows, venues)
        return cached


class _Venues:
    """Labels of venues by the rows that were read."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.names: Mapping[int, str] = dict(rows)
        self._labels: dict[int, Label] = {}

    def label(self, venue: int) -> Label:
        """The label of a venue, possibly deleted."""
        found = self._labels.get(venue)
        if found is None:
            found = self._labels[venue] = label_of("venue", venue, self.names.get(venue))
        return found


class _Screens:
    """Labels of screens by the rows that were read of them and of venues."""

    def __init__(self, rows: Rows, venues: _Venues) -> None:
        self.rows = rows
        self.venues = venues
        self._called = {screen: (venue, name) for screen, venue, name in rows}
        self._labels: dict[tuple[int, int | None], Label] = {}

    def label(self, screen: int, last_venue: int | None) -> Label:
        """The label of a screen, maybe deleted; by the venue `last_venue`, else its present one."""
        found = self._labels.get((screen, last_venue))
        if found is None:
            found = self._labels[screen, last_venue] = label_of(
                "screen", screen, self._name(screen, last_venue)
            )
        return found

    def _name(self, screen: int, last_venue: int | None) -> str | None:
        if screen not in self._called:
            return None
        venue, name = self._called[screen]
        return f"{self.venues.names.get(last_venue or venue, '')} {name}".strip()
