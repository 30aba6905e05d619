"""Reads of screens, always within a person's scope, and their facts for rooms above."""

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from server.accounts.actor import Actor
from server.accounts.models import Unit
from server.accounts.roles import Action
from server.foundation.db import plain_rows
from server.foundation.errors import existing
from server.foundation.public_ids import number
from server.inventory.screens.facts import (
    SCREEN_COLUMNS,
    SPOT_COLUMNS,
    TERRITORY,
    VENUE_COLUMNS,
    ScreenFacts,
    ScreenSpot,
    VenueFacts,
    as_facts,
    as_spot,
    of_venue,
    put_together,
)
from server.inventory.screens.models import Pairing, Screen, ScreenPause
from server.inventory.venues import access
from server.inventory.venues.models import Venue

# Up to here the numbers go into the query; beyond, reading all screens is cheaper.
FEW = 1000
# Mapped objects with their relations would cost several times as much.
_PLAYING: Final = (
    Screen.enrolled_at.is_not(None),
    Screen.revoked_at.is_(None),
    Screen.retired_at.is_(None),
)


_BY_THEMSELVES: Final = select(*SCREEN_COLUMNS).where(*_PLAYING).order_by(Screen.id)
_VENUES: Final = (
    select(*VENUE_COLUMNS)
    .join(Unit, Venue.unit_id == Unit.id)
    .outerjoin(TERRITORY, Venue.territory_unit_id == TERRITORY.id)
)


def _playing(*columns: Any) -> Select[*tuple[Any, ...]]:
    """Columns of the screens in service, by number."""
    return (
        select(*columns)
        .join(Venue, Screen.venue_id == Venue.id)
        .join(Unit, Venue.unit_id == Unit.id)
        .outerjoin(TERRITORY, Venue.territory_unit_id == TERRITORY.id)
        .where(*_PLAYING)
        .order_by(Screen.id)
    )


def find(session: Session, actor: Actor, action: Action, text: str) -> Screen:
    """The screen by public id. Raises NotFound outside the scope, Forbidden by role."""
    screen = existing(session.get(Screen, number("screen", text)))
    access.require(actor, action, access.place_of(screen.venue))
    return screen


def in_scope(actor: Actor, action: Action = "read") -> Select[Screen]:
    """All screens on which the person may do `action`, with Venue and Unit joined."""
    return (
        select(Screen)
        .join(Venue, Screen.venue_id == Venue.id)
        .join(Unit, Venue.unit_id == Unit.id)
        .where(access.rows(actor, action))
    )


def facts(session: Session, screen_ids: Iterable[int] | None = None) -> list[ScreenFacts]:
    """Facts of the screens in service (all, or those with the given numbers), by number.

    Shared attributes of a venue are read once.
    """
    query = _BY_THEMSELVES
    wanted = None if screen_ids is None else set(screen_ids)
    if wanted is not None and len(wanted) <= FEW:
        query = query.where(plain_rows.among(Screen.id, wanted))
    found = plain_rows.rows(session, query)
    if wanted is not None:
        found = [row for row in found if row[0] in wanted]
    venues = _venues(session, {row[1] for row in found})
    return [put_together(row, venues[row[1]]) for row in found]


def _venues(session: Session, venue_ids: set[int]) -> dict[int, VenueFacts]:
    query = _VENUES
    if len(venue_ids) <= FEW:
        query = query.where(plain_rows.among(Venue.id, venue_ids))
    return {row[0]: of_venue(row) for row in plain_rows.rows(session, query)}


def spots(session: Session, actor: Actor) -> tuple[list[ScreenSpot], frozenset[int]]:
    """The spots of screens in service, by number, and the numbers that the person may see."""
    rows = session.execute(_playing(*SPOT_COLUMNS, access.rows(actor))).all()
    seen = frozenset([row[0] for row in rows if row[-1]])
    return [as_spot(row[:-1]) for row in rows], seen


def facts_of_gone(session: Session, since_ms: int) -> list[ScreenFacts]:
    """Facts of the screens that were revoked or retired after an instant, by number."""
    query = (
        select(Screen)
        .where(
            Screen.enrolled_at.is_not(None),
            or_(Screen.revoked_at.is_not(None), Screen.retired_at.is_not(None)),
            or_(Screen.revoked_at.is_(None), Screen.revoked_at > since_ms),
            or_(Screen.retired_at.is_(None), Screen.retired_at > since_ms),
        )
        .options(joinedload(Screen.venue).lazyload(Venue.contacts))
        .order_by(Screen.id)
    )
    return [as_facts(screen) for screen in session.scalars(query)]


def pauses(session: Session, screen_id: int, from_ms: int, until_ms: int) -> list[ScreenPause]:
    """Declared pauses that overlap [from_ms, until_ms), by start."""
    return list(
        session.scalars(
            select(ScreenPause)
            .where(
                ScreenPause.screen_id == screen_id,
                ScreenPause.from_at < until_ms,
                ScreenPause.until_at > from_ms,
            )
            .order_by(ScreenPause.from_at)
        )
    )


def paused_now(session: Session, now_ms: int) -> dict[int, ScreenPause]:
    """The running pauses, by the screen's number."""
    running = select(ScreenPause).where(
        ScreenPause.from_at <= now_ms, ScreenPause.until_at > now_ms
    )
    return {pause.screen_id: pause for pause in session.scalars(running)}


def being_bound(session: Session, now_ms: int) -> set[int]:
    """Screens whose code was entered but whose player hasn't fetched its token and keys yet."""
    unfetched = Pairing.screen_id.is_not(None), Pairing.expires_at > now_ms
    query = select(Pairing.screen_id).where(*unfetched, Pairing.box_hash.is_(None))
    found = session.scalars(query)
    return {one for one in found if one is not None}


def classes_in_use(session: Session) -> set[str]:
    """The names of the classes of all screens that weren't retired."""
    query = select(Screen.rendition_class).where(Screen.retired_at.is_(None))
    return set(session.scalars(query.distinct()))


def of_classes(session: Session, names: Iterable[str]) -> list[int]:
    """The numbers of the screens that have one of these classes."""
    query = select(Screen.id).where(Screen.rendition_class.in_(set(names)))
    return list(session.scalars(query.where(Screen.retired_at.is_(None))))
