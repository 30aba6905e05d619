"""Reads of exemptions: one in a person's scope, and the times that approved ones excuse."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor, forbidden, within
from server.accounts.models import Unit
from server.accounts.roles import Action
from server.campaigns.queries import unit_path
from server.errors import NotFound
from server.exemptions.models import ExemptedScreen, Exemption
from server.ids import number, public
from server.screens.models import Screen
from server.venues.models import Venue


def find(session: Session, actor: Actor, action: Action, text: str) -> Exemption:
    """The exemption behind a public id. Raises NotFound outside the scope, Forbidden by role."""
    row = session.get(Exemption, number("exemption", text))
    path = unit_path(session, row.unit_id) if row else ""
    # Who reads reports reads what they leave out, auditors too.
    if row is None or not actor.may("reports.read", path):
        raise NotFound
    if not actor.may(action, path):
        raise forbidden()
    return row


def in_scope(
    actor: Actor, state: str | None = None, action: Action = "reports.read"
) -> Select[Exemption]:
    """The exemptions that a person may see, or do `action` with."""
    query = select(Exemption).join(Unit, Exemption.unit_id == Unit.id)
    query = query.where(within(Unit.path, actor.roots(action)))
    return query if state is None else query.where(Exemption.state == state)


def exempted(session: Session, exemption_id: int) -> list[int]:
    """The screens that were exempted at the approval, by number."""
    query = select(ExemptedScreen.screen_id).where(ExemptedScreen.exemption_id == exemption_id)
    return list(session.scalars(query.order_by(ExemptedScreen.screen_id)))


def places_named(session: Session, selectors: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What single venues and screens in some selectors are called, by public id."""
    wanted = {"venue": set[int](), "screen": set[int]()}
    for selector in selectors:
        for kind, found in wanted.items():
            found.update(number(kind, text) for text in selector.get(f"{kind}_ids") or ())
    venues = session.execute(select(Venue.id, Venue.name).where(Venue.id.in_(wanted["venue"])))
    screens = session.execute(
        select(Screen.id, Venue.name, Screen.name)
        .join(Venue, Screen.venue_id == Venue.id)
        .where(Screen.id.in_(wanted["screen"]))
    )
    return {
        **{public("venue", key): name for key, name in venues},
        **{public("screen", key): " ".join(texts).strip() for key, *texts in screens},
    }


def approved_screens(session: Session, exemption_id: int) -> int:
    """How many screens were exempted at the approval."""
    query = select(func.count()).select_from(ExemptedScreen)
    return session.scalar(query.where(ExemptedScreen.exemption_id == exemption_id)) or 0


def excused_times(session: Session, from_ms: int, until_ms: int) -> Iterator[tuple[int, int, int]]:
    """Screen, begin and end of all approved exemptions that overlap [from, until)."""
    query = (
        select(ExemptedScreen.screen_id, Exemption.from_at, Exemption.until_at)
        .join(Exemption, ExemptedScreen.exemption_id == Exemption.id)
        .where(
            Exemption.state == "approved",
            Exemption.from_at < until_ms,
            Exemption.until_at > from_ms,
        )
        .order_by(ExemptedScreen.screen_id, Exemption.id)
    )
    for screen, begin_ms, end_ms in session.execute(query):
        yield int(screen), begin_ms, end_ms
