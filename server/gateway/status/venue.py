"""The state of a venue, from its screens and its participation: for list, board and map.

A venue has exactly one state: its worst screen's; without bound screens, that of its participation.
"""

from collections.abc import Collection, Iterable
from typing import Final, Literal

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from server.gateway.status.contact import ContactStates
from server.inventory.screens.models import Screen
from server.inventory.venues.models import Venue

VenueState = Literal["dark", "online", "paused", "idle", "unbound", "manual", "none"]
VENUE_STATES: Final[tuple[VenueState, ...]] = (
    "dark",
    "unbound",
    "online",
    "paused",
    "idle",
    "manual",
    "none",
)
"""Those that need attention first."""


def venue_state(access: str, screens: Iterable[str]) -> VenueState:
    """The state of a venue; `screens`: states of its screens in service with a player."""
    states = set(screens)
    if "dark" in states:
        return "dark"
    if states & {"online", "late"}:
        return "online"
    if "paused" in states:
        return "paused"
    if states:
        return "idle"
    return "unbound" if access == "player" else "manual" if access == "manual" else "none"


def in_state(
    state: str, found: ContactStates, paused: Collection[int]
) -> list[ColumnElement[bool]]:
    """SQL conditions for the venues in a state."""
    dark = Venue.id.in_(_with(found.dark, paused))
    in_contact = Venue.id.in_(_with([*found.online, *found.late], paused))
    off = Venue.id.in_(_bound().where(Screen.id.in_(paused)))
    bound = Venue.id.in_(_bound())
    conditions: dict[str, list[ColumnElement[bool]]] = {
        "dark": [dark],
        "online": [~dark, in_contact],
        "paused": [~dark, ~in_contact, off],
        "idle": [~dark, ~in_contact, ~off, bound],
        "unbound": [~bound, Venue.access == "player"],
        "manual": [~bound, Venue.access == "manual"],
        "none": [~bound, Venue.access == "none"],
    }
    return conditions[state]


def bound_screens(session: Session) -> Iterable[tuple[int, int]]:
    """Row numbers of screens in service with a player, with their venues."""
    query = _bound().with_only_columns(Screen.id, Screen.venue_id)
    return ((row[0], row[1]) for row in session.execute(query))


def _bound() -> Select[int]:
    return select(Screen.venue_id).where(
        Screen.enrolled_at.is_not(None), Screen.retired_at.is_(None), Screen.revoked_at.is_(None)
    )


def _with(screens: Collection[int], paused: Collection[int]) -> Select[int]:
    return _bound().where(Screen.id.in_(set(screens) - set(paused)))
