"""Players refused with a valid key, as their serial belongs to a screen: who, when, from where."""

from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.audit_log.record import record
from server.accounts.models import Unit
from server.foundation.core import Core
from server.inventory.screens import queries
from server.inventory.screens.models import RefusedEnrolment, Screen
from server.inventory.venues import access
from server.inventory.venues.models import Venue

MOST_TRIES = 2**31 - 1


@dataclass(frozen=True)
class Try:
    """An attempt that was refused on behalf of a screen."""

    screen_id: int
    key_id: int
    serial: str
    address: str


def note(core: Core, one: Try) -> None:
    """Record an attempt, once per screen and serial; reopens a settled one."""
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        row = session.scalar(
            select(RefusedEnrolment).where(
                RefusedEnrolment.screen_id == one.screen_id, RefusedEnrolment.serial == one.serial
            )
        )
        if row is None:
            row = RefusedEnrolment(screen_id=one.screen_id, serial=one.serial, tries=0)
            session.add(row)
        if row.tries == 0 or row.settled_at is not None:
            row.first_at, row.tries, row.settled_at = now_ms, 0, None
        row.key_id, row.address, row.last_at = one.key_id, one.address, now_ms
        row.tries = min(row.tries + 1, MOST_TRIES)


def open_in_scope(actor: Actor) -> Select[RefusedEnrolment]:
    """Open ones, at screens that the person may bind."""
    return (
        select(RefusedEnrolment)
        .join(Screen, RefusedEnrolment.screen_id == Screen.id)
        .join(Venue, Screen.venue_id == Venue.id)
        .join(Unit, Venue.unit_id == Unit.id)
        .where(RefusedEnrolment.settled_at.is_(None), access.rows(actor, "screens.pair"))
    )


def settle(core: Core, actor: Actor, text: str) -> None:
    """Keep this screen's box: other players with its serial are refused for good."""
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        screen = queries.find(session, actor, "screens.pair", text)
        close(session, now_ms, screen.id)
        record(session, now_ms, actor.user_id, "screen.refusals_settled", text)


def close(session: Session, now_ms: int, screen_id: int, serial: str | None = None) -> None:
    """Close the open ones of this screen, in the caller's transaction.

    With `serial` only those with that one.
    """
    query = select(RefusedEnrolment).where(
        RefusedEnrolment.screen_id == screen_id, RefusedEnrolment.settled_at.is_(None)
    )
    if serial is not None:
        query = query.where(RefusedEnrolment.serial == serial)
    for row in session.scalars(query):
        row.settled_at = now_ms
