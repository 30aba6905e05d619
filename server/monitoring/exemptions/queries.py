"""Reads of exemptions: visible ones, decidable ones, and the exclusions of approved ones."""

from collections.abc import Collection, Iterable, Iterator
from typing import Final

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor, forbidden, within
from server.accounts.models import Unit
from server.accounts.roles import Action, roles_that_may
from server.campaigns.queries import unit_path
from server.foundation.errors import existing
from server.foundation.public_ids import number
from server.inventory.venues import access
from server.inventory.venues.models import Venue
from server.monitoring.exemptions.models import ExemptedScreen, Exemption
from server.monitoring.exemptions.screen_selection import Spell

READ: Final[Action] = "reports.read"
SIGN: Final[Action] = "exemptions.approve"


def find(session: Session, actor: Actor, text: str, action: Action = READ) -> Exemption:
    """The exemption behind a public id. Raises NotFound outside the scope, Forbidden by role."""
    query = in_scope(actor).where(Exemption.id == number("exemption", text))
    row = existing(session.scalar(query))
    if action != READ and not actor.may(action, unit_path(session, row.unit_id)):
        raise forbidden()
    return row


def in_scope(actor: Actor, state: str | None = None) -> Select[Exemption]:
    """The exemptions that a person may see.

    Readers of reports, auditors included, see those requested by their units or themselves and
    those for a screen of theirs. Venue staff see nothing else of their unit.
    """
    wide = roles_that_may(READ, two_person=actor.two_person) - {"venue"}
    roots = [one.unit_path for one in actor.grants if one.role in wide]
    own = and_(Exemption.author_id == actor.user_id, within(Unit.path, actor.roots(READ)))
    query = select(Exemption).join(Unit, Exemption.unit_id == Unit.id)
    query = query.where(
        or_(within(Unit.path, roots), own, Exemption.id.in_(_for_screens_of(actor)))
    )
    return query if state is None else query.where(Exemption.state == state)


def waiting(actor: Actor) -> Select[Exemption]:
    """Exemptions that the person may approve or reject: all their screens are in his charge."""
    mine = select(Unit.id).where(within(Unit.path, actor.roots(SIGN)))
    of_it = ExemptedScreen.exemption_id == Exemption.id
    listed, foreign = (
        exists().where(of_it),
        exists().where(of_it, ExemptedScreen.unit_id.not_in(mine)),
    )
    query = select(Exemption).where(
        Exemption.state == "submitted",
        ~foreign,
        or_(listed, Exemption.unit_id.in_(mine)),
    )
    if actor.two_person:
        query = query.where(Exemption.author_id != actor.user_id)
    return query.order_by(Exemption.id)


def _for_screens_of(actor: Actor) -> Select[int]:
    """Exemptions with a screen that was then at a place in the person's scope."""
    row = ExemptedScreen
    query = select(row.exemption_id).outerjoin(Venue, row.venue_id == Venue.id)
    query = query.join(Unit, row.unit_id == Unit.id).where(access.rows(actor, READ))
    return query.correlate(None)


def exempted(session: Session, row: Exemption) -> list[Spell]:
    """The approved stays, by screen and time."""
    one = ExemptedScreen
    query = select(one.screen_id, one.from_at, one.until_at, one.venue_id, one.unit_id)
    query = query.where(one.exemption_id == row.id, one.from_at < row.until_at)
    found = session.execute(query.order_by(one.screen_id, one.from_at))
    return [
        Spell(screen, from_ms, min(until_ms, row.until_at), venue, unit)
        for screen, from_ms, until_ms, venue, unit in found
    ]


def paths_of(session: Session, units: Iterable[int]) -> dict[int, str]:
    """Paths of units in the tree; a deleted one has "", which is in nobody's scope."""
    wanted = set(units)
    found = session.execute(select(Unit.id, Unit.path).where(Unit.id.in_(wanted)))
    paths = dict(found.all())
    return {unit: paths.get(unit, "") for unit in wanted}


def deciders(session: Session, row: Exemption, spells: Iterable[Spell]) -> Collection[str]:
    """The units over which a person must have sign-off to decide on an exemption."""
    return paths_of(session, {one.unit for one in spells} or {row.unit_id}).values()


def approved_screens(session: Session, exemption_id: int) -> int:
    """Number of screens exempted at the approval."""
    query = select(func.count(ExemptedScreen.screen_id.distinct()))
    return session.scalar(query.where(ExemptedScreen.exemption_id == exemption_id)) or 0


def excused_times(session: Session, from_ms: int, until_ms: int) -> Iterator[tuple[int, int, int]]:
    """Screen, begin and end (ms) of approved exemptions that overlap [from_ms, until_ms)."""
    one = ExemptedScreen
    query = (
        select(one.screen_id, one.from_at, one.until_at, Exemption.until_at)
        .join(Exemption, one.exemption_id == Exemption.id)
        .where(
            Exemption.state == "approved",
            one.from_at < until_ms,
            one.until_at > from_ms,
            Exemption.until_at > from_ms,
            one.from_at < Exemption.until_at,
        )
        .order_by(one.screen_id, Exemption.id, one.from_at)
    )
    for screen, begin_ms, end_ms, cut_ms in session.execute(query):
        yield screen, begin_ms, min(end_ms, cut_ms)
