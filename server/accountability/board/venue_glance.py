"""The summary on a venue's tile: the state of its screens, and its last days' coverage."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.foundation.core import Core
from server.gateway.connection.state import Live
from server.gateway.status.contact import contact_states
from server.gateway.status.screen_states import SCREEN_STATES, ScreenState, screen_states
from server.gateway.status.venue import VenueState, venue_state
from server.inventory.screens.models import Screen

# Those first that call for somebody.
ORDER: Final[tuple[ScreenState, ...]] = ("dark", "late", "never_seen", "paused", "online", "idle")
_BOUND: Final = frozenset(SCREEN_STATES) - {"never_seen"}


@dataclass(frozen=True, slots=True)
class Glance:
    """A venue's state, and how many of its screens are in each of theirs, in the order of ORDER."""

    state: VenueState
    screens: Mapping[ScreenState, int] = field(default_factory=dict)


def glances(
    session: Session, core: Core, live: Live, actor: Actor, venues: Mapping[int, str]
) -> Mapping[int, Glance]:
    """Summaries by venue number; `venues` are those of one page, each with its access."""
    found = screen_states(
        session,
        actor,
        contact_states(core, live),
        core.clock.now_ms(),
        Screen.venue_id,
        venues.keys(),
    )
    counts: dict[int, Counter[ScreenState]] = {venue: Counter() for venue in venues}
    for venue, state in found:
        counts[venue][state] += 1
    return {venue: _glance(access, counts[venue]) for venue, access in venues.items()}


def _glance(access: str, counts: Counter[ScreenState]) -> Glance:
    bound: Collection[ScreenState] = counts.keys() & _BOUND
    in_order = {state: counts[state] for state in ORDER if counts[state]}
    return Glance(venue_state(access, bound), in_order)
