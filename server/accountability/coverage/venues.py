"""The venues of a ledger: those in the person's scope, narrowed by the filters."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.models import Unit
from server.inventory.venues import access as scope
from server.inventory.venues.fields.open_days import DaysOpen
from server.inventory.venues.lookup_cache import PlaceCache
from server.inventory.venues.models import Venue
from server.reporting.delivery import queries


class LedgerVenue(NamedTuple):
    """A venue as of now; numbers, 0 for none."""

    id: int
    access: str
    unit: int
    territory: int
    venue_kind: str
    line: int


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of a ledger, by public ids; a unit includes all below it."""

    unit_id: str | None = None
    territory_id: str | None = None
    venue_kind: str | None = None
    venue_id: str | None = None
    line_id: str | None = None


def ledger_venues(session: Session, actor: Actor, filters: Filters) -> list[LedgerVenue]:
    """All venues that should be reached, with and without screens. Raises NotFound."""
    columns = (
        Venue.id,
        Venue.access,
        Venue.unit_id,
        func.coalesce(Venue.territory_unit_id, 0),
        Venue.kind,
        func.coalesce(Venue.line_id, 0),
    )
    query = select(*columns).join(Unit, Venue.unit_id == Unit.id)
    query = query.where(scope.rows(actor, queries.READ), *_narrowing(session, actor, filters))
    return [LedgerVenue._make(row) for row in session.execute(query)]


def venue_names(session: Session, still: PlaceCache) -> Mapping[int, str]:
    """The names of all venues, by number."""
    query = select(Venue.id, Venue.name)
    return still.of(
        session, "venue names", lambda: {row[0]: row[1] for row in session.execute(query)}
    )


class HoursCache:
    """Opening hours of venues: of those that were asked for before they are remembered."""

    def __init__(self, session: Session, still: PlaceCache) -> None:
        self._session = session
        self._cached: dict[int, DaysOpen] = still.of(session, "hours", dict)

    def of(self, venues: Set[int]) -> Mapping[int, DaysOpen]:
        """The opening hours of some venues."""
        self._cached |= _hours_of(self._session, venues - self._cached.keys())
        return {one: self._cached[one] for one in venues if one in self._cached}


def _hours_of(session: Session, venues: Iterable[int]) -> Mapping[int, DaysOpen]:
    columns = (Venue.id, Venue.hours, Venue.closed_dates, Venue.extra_hours)
    found: dict[int, DaysOpen] = {}
    for some in queries.in_parts(venues):
        query = select(*columns).where(Venue.id.in_(some))
        found |= {number: DaysOpen(*hours) for number, *hours in session.execute(query)}
    return found


def _narrowing(session: Session, actor: Actor, filters: Filters) -> list[ColumnElement[bool]]:
    row, asked, at = Venue, filters, (session, actor)
    criteria = (
        (asked.unit_id, lambda text: row.unit_id.in_(queries.units_below(*at, text))),
        (
            asked.territory_id,
            lambda text: row.territory_unit_id.in_(queries.units_below(*at, text)),
        ),
        (asked.venue_kind, lambda kind: row.kind == kind),
        (asked.venue_id, lambda text: row.id == queries.venue_number(*at, text)),
        (asked.line_id, lambda text: row.line_id == queries.line_number(*at, text)),
    )
    return [narrow(value) for value, narrow in criteria if value is not None]
