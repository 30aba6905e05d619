"""Use cases of daily rosters: the services of a line's vehicles on one day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.audit_log.record import record
from server.accounts.models import Unit
from server.foundation.core import Core
from server.foundation.errors import Fault, Invalid, NotFound
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.rest.preconditions import Check, unchecked
from server.inventory.venues import access
from server.inventory.venues import queries as venue_queries
from server.inventory.venues.fields.opening_hours import ranges_faults
from server.inventory.venues.kinds import VEHICLES
from server.inventory.venues.lines import require_writing
from server.inventory.venues.models import Line, Venue
from server.monitoring.duty.models import RosterDay, RosteredVehicle

MOST_DAYS: Final = 92
NO_VEHICLE: Final = Sentence(
    "没有登记这辆车，请先在“点位”中登记。", "No such vehicle is on record: add it as a venue first."
)
SEVERAL: Final = Sentence(
    "有几辆车用这个车号，请写点位编号（venue_id）。",
    "Several vehicles have this number: give the venue_id.",
)
TWICE: Final = Sentence("这辆车写了两次。", "This vehicle is listed twice.")
ONE_NAME: Final = Sentence("车号与点位编号写其中一个。", "Give either `vehicle` or `venue_id`.")
WRONG_DAYS: Final = Sentence(
    f"结束日期不能早于开始日期，一次最多 {MOST_DAYS} 天。",
    f"`to` must not be before `from`, at most {MOST_DAYS} days at a time.",
)


@dataclass(frozen=True)
class Duty:
    """One vehicle's day: its number or its venue's id; pairs of wall-clock times."""

    vehicle: str | None
    venue_id: str | None
    services: list[list[str]]


def put_roster(
    core: Core,
    actor: Actor,
    line_id: str,
    day: date,
    duties: Sequence[Duty],
    check: Check = unchecked,
) -> None:
    """Set a line's roster of a day; vehicles left out don't run, an empty one stops the line.

    Raises Invalid, NotFound, Forbidden.
    """
    with core.config.write() as session:
        line = _line(session, actor, line_id)
        check(roster_document(session, line.id, day))
        venues = _resolved(session, actor, line, duties)
        session.execute(delete(RosterDay).where(RosterDay.line_id == line.id, RosterDay.day == day))
        now_ms = core.clock.now_ms()
        session.add(RosterDay(line_id=line.id, day=day, user_id=actor.user_id, changed_at=now_ms))
        session.flush()
        session.add_all(
            RosteredVehicle(line_id=line.id, day=day, venue_id=venue, services=sorted(one.services))
            for venue, one in venues.items()
        )
        detail = {"day": day.isoformat(), "vehicles": len(venues)}
        record(session, now_ms, actor.user_id, "roster.set", line_id, **detail)


def drop_roster(
    core: Core, actor: Actor, line_id: str, day: date, check: Check = unchecked
) -> None:
    """Delete a day's roster: the line's service hours apply. Raises NotFound, Forbidden."""
    with core.config.write() as session:
        line = _line(session, actor, line_id)
        check(roster_document(session, line.id, day))
        session.execute(delete(RosterDay).where(RosterDay.line_id == line.id, RosterDay.day == day))
        detail = {"day": day.isoformat()}
        record(session, core.clock.now_ms(), actor.user_id, "roster.drop", line_id, **detail)


def rosters(
    session: Session, actor: Actor, line_id: str, first: date, last: date
) -> list[dict[str, Any]]:
    """The rosters of a line on the days first..last. Raises Invalid and NotFound."""
    line = venue_queries.find_line(session, actor, "read", line_id)
    if not timedelta() <= last - first < timedelta(days=MOST_DAYS):
        raise Invalid.at("/to", WRONG_DAYS)
    query = select(RosterDay.day).where(
        RosterDay.line_id == line.id, RosterDay.day >= first, RosterDay.day <= last
    )
    days = session.scalars(query.order_by(RosterDay.day)).all()
    return [roster_document(session, line.id, day) for day in days]


def roster_document(session: Session, line: int, day: date) -> dict[str, Any]:
    """A line's roster of a day; `vehicles` is null if there is none and the line's hours apply."""
    has_roster = session.get(RosterDay, (line, day)) is not None
    query = (
        select(RosteredVehicle.venue_id, RosteredVehicle.services, Venue.vehicle, Venue.name)
        .join(Venue, RosteredVehicle.venue_id == Venue.id)
        .where(RosteredVehicle.line_id == line, RosteredVehicle.day == day)
        .order_by(Venue.vehicle, Venue.id)
    )
    vehicles = [
        {
            "venue_id": public("venue", row.venue_id),
            "vehicle": row.vehicle,
            "name": row.name,
            "services": row.services,
        }
        for row in session.execute(query)
    ]
    return {
        "line_id": public("line", line),
        "day": day.isoformat(),
        "vehicles": vehicles if has_roster else None,
    }


def _line(session: Session, actor: Actor, line_id: str) -> Line:
    line = venue_queries.find_line(session, actor, "venues.write", line_id)
    require_writing(actor, line.unit.path)
    return line


def _resolved(
    session: Session, actor: Actor, line: Line, duties: Sequence[Duty]
) -> Mapping[int, Duty]:
    """The duties by venue. Raises Invalid with a fault for each that can't be resolved."""
    found: dict[int, Duty] = {}
    faults: list[Fault] = []
    for index, duty in enumerate(duties):
        pointer = f"/vehicles/{index}"
        faults += ranges_faults(duty.services, f"{pointer}/services")
        venue = _venue(session, actor, line, duty)
        if isinstance(venue, Sentence):
            faults.append(Fault(f"{pointer}/vehicle", venue))
        elif venue in found:
            faults.append(Fault(f"{pointer}/vehicle", TWICE))
        else:
            found[venue] = duty
    if faults:
        raise Invalid(faults[0].detail, faults=faults)
    return found


def _venue(session: Session, actor: Actor, line: Line, duty: Duty) -> int | Sentence:
    """The number of a duty's vehicle, or the fault."""
    if (duty.vehicle is None) == (duty.venue_id is None):
        return ONE_NAME
    if duty.venue_id is not None:
        return _by_id(session, actor, duty.venue_id)
    query = vehicles_of(actor).where(Venue.vehicle == duty.vehicle)
    return one_of([(row[0], row[1]) for row in session.execute(query)], line.id)


def vehicles_of(actor: Actor) -> Select[int, int | None, str]:
    """Vehicles whose rosters the person may write: number, line, and the number on the plate."""
    return (
        select(Venue.id, Venue.line_id, Venue.vehicle)
        .join(Unit, Venue.unit_id == Unit.id)
        .where(Venue.kind.in_(sorted(VEHICLES)), access.rows(actor, "venues.write"))
    )


def one_of(found: Sequence[tuple[int, int | None]], line: int | None) -> int | Sentence:
    """The one vehicle of those (each with its line) that a row names, or the fault.

    The line's own vehicles take precedence over equal numbers.
    """
    own = [venue for venue, of_line in found if of_line == line]
    return only(own or [venue for venue, _ in found], NO_VEHICLE, SEVERAL)


def only(found: Sequence[int], none: Sentence, several: Sentence) -> int | Sentence:
    """The one number that was found, or the fault."""
    if not found:
        return none
    return found[0] if len(found) == 1 else several


def _by_id(session: Session, actor: Actor, venue_id: str) -> int | Sentence:
    try:
        venue = venue_queries.find(session, actor, "venues.write", venue_id)
    except NotFound:
        return NO_VEHICLE
    return venue.id if venue.kind in VEHICLES else NO_VEHICLE
