"""The parameters of the pages of 运行监测, and the choices of their filters."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor, within
from server.accounts.models import Unit
from server.foundation.errors import NotFound
from server.foundation.pinyin import by_name
from server.foundation.public_ids import number, public
from server.foundation.rest.request_language import Choice, translate
from server.foundation.rest.resources import FIRST_YEAR, LAST_YEAR
from server.inventory.venues import access
from server.inventory.venues.kinds import KINDS, VEHICLES
from server.inventory.venues.models import Line, Venue
from server.monitoring.fleet.query import By, FleetQuery
from server.monitoring.fleet.status import State
from server.web.helpers import unit_choices

LENGTHS: Final = (1, 7, 14, 30)
KEPT: Final = ("by", "days", "line_id", "depot", "unit_id", "kind", "state")


class FleetFilter(BaseModel):
    """The filters of the page; by default everything, of the last two weeks."""

    by: By | None = None
    days: Literal["1", "7", "14", "30"] = "14"
    line_id: str | None = Field(None, max_length=20)
    depot: str | None = Field(None, max_length=120)
    unit_id: str | None = Field(None, max_length=20)
    kind: str | None = Field(None, max_length=20)
    state: State | Literal["dark"] | None = None


@dataclass(frozen=True)
class Choices:
    """The choices of the page's filters."""

    lines: list[Choice]
    depots: list[Choice]
    units: list[Choice]
    kinds: list[Choice]
    has_vehicles: bool


def choices(session: Session, actor: Actor) -> Choices:
    """All that is in the person's scope."""
    seen = access.rows(actor, "reports.read")
    mine = select(Venue).join(Unit, Venue.unit_id == Unit.id).where(seen)
    lines = mine.join(Line, Venue.line_id == Line.id).with_only_columns(Line.id, Line.name)
    depots = mine.where(Venue.depot != "").with_only_columns(Venue.depot).distinct()
    kinds = set(session.scalars(mine.with_only_columns(Venue.kind).distinct()))
    return Choices(
        sorted(
            ((public("line", row[0]), row[1]) for row in session.execute(lines.distinct())),
            key=lambda one: by_name(one[1]),
        ),
        [(depot, depot) for depot in sorted(session.scalars(depots), key=by_name)],
        unit_choices(session, actor, "reports.read"),
        [(code, translate(kind.name)) for code, kind in KINDS.items() if code in kinds],
        bool(kinds & VEHICLES),
    )


def fleet_query(
    session: Session, available: Choices, filters: FleetFilter, last: date
) -> FleetQuery:
    """The question to the fleet. Raises NotFound for a line or unit outside the scope."""
    by: By = filters.by or ("line" if available.has_vehicles else "unit")
    days = last.toordinal() + 1 - int(filters.days), last.toordinal() + 1
    return FleetQuery(
        range(*days),
        by,
        units=_units(session, available, filters.unit_id),
        line=_line(available, filters.line_id),
        depot=filters.depot,
        kind=filters.kind,
    )


def month_of(text: str | None, today: date) -> tuple[date, range]:
    """The month of an address such as `2026-11` (this one by default): its first day, its days.

    Raises ValueError, also for a month before there was anything to watch.
    """
    first = date.fromisoformat(f"{text}-01") if text else today.replace(day=1)
    if not FIRST_YEAR < first.year < LAST_YEAR:
        raise ValueError(text)
    following = (first + timedelta(days=32)).replace(day=1)
    return first, range(first.toordinal(), following.toordinal())


def _line(available: Choices, line_id: str | None) -> int | None:
    if line_id is None:
        return None
    if line_id not in dict(available.lines):
        raise NotFound
    return number("line", line_id)


def _units(session: Session, available: Choices, unit_id: str | None) -> frozenset[int] | None:
    """A unit and all below it."""
    if unit_id is None:
        return None
    if unit_id not in dict(available.units):
        raise NotFound
    unit = session.get_one(Unit, number("unit", unit_id))
    below = select(Unit.id).where(within(Unit.path, (unit.path,)))
    return frozenset(session.scalars(below))
