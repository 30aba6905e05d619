"""Names of the places in a selector, for a person who may not see them all."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from server.accounts.guards import actor
from server.accounts.roles import Action
from server.foundation.public_ids import number, public
from server.inventory.screens.models import Screen
from server.inventory.screens.queries import in_scope as screens_in_scope
from server.inventory.venues.models import Venue
from server.inventory.venues.queries import in_scope as venues_in_scope
from server.web.helpers import unit_choices

Selector = Mapping[str, Any]


def places_named(
    session: Session, selectors: Iterable[Selector], action: Action = "read"
) -> dict[str, str]:
    """The names of single venues and screens in some selectors, by public id.

    Those outside the scope of `action` are left out.
    """
    wanted = {"venue": set[int](), "screen": set[int]()}
    for part in _parts(selectors):
        for kind, found in wanted.items():
            found.update(number(kind, text) for text in part.get(f"{kind}_ids") or ())
    if not any(wanted.values()):
        return {}
    venues = venues_in_scope(actor(), action).where(Venue.id.in_(wanted["venue"]))
    screens = screens_in_scope(actor(), action).where(Screen.id.in_(wanted["screen"]))
    found_venues = session.execute(venues.with_only_columns(Venue.id, Venue.name))
    found_screens = session.execute(screens.with_only_columns(Screen.id, Venue.name, Screen.name))
    return {
        **{public("venue", key): name for key, name in found_venues},
        **{public("screen", key): " ".join(texts).strip() for key, *texts in found_screens},
    }


def selector_names(
    session: Session, selectors: Iterable[Selector], action: Action = "read"
) -> dict[str, str]:
    """The same with all units of that scope: what `where_text` puts selectors in words with."""
    return dict(unit_choices(session, actor(), action)) | places_named(session, selectors, action)


def _parts(selectors: Iterable[Selector]) -> Iterable[Selector]:
    for selector in selectors:
        yield selector
        yield selector.get("except") or {}
