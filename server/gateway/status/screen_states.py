"""The state of each screen in service, for the board, the overview and other counts.

Each screen has exactly one state, so that figures add up. 在线 is `online` alone, as in the list of
screens: paused and late screens are not, even with contact.
"""

from collections.abc import Collection
from typing import Any, Final, Literal, TypeVar, get_args

from sqlalchemy.orm import InstrumentedAttribute, Session

from server.accounts.actor import Actor
from server.gateway.status.contact import ContactStates
from server.inventory.screens.models import Screen
from server.inventory.screens.queries import in_scope, paused_now

Key = TypeVar("Key")
ScreenState = Literal["online", "late", "dark", "idle", "paused", "never_seen"]
SCREEN_STATES: Final[tuple[ScreenState, ...]] = get_args(ScreenState)
"""`idle`: without contact and off duty; `never_seen`: without a player."""


def screen_states(
    session: Session,
    actor: Actor,
    found: ContactStates,
    now_ms: int,
    by: InstrumentedAttribute[Key],
    venues: Collection[int] | None = None,
) -> list[tuple[Key, ScreenState]]:
    """For each screen in service in the person's scope: the group, and its state.

    `by`: a column of the screen, its venue or its unit to group by; `venues`: only theirs (a few).
    """
    paused = paused_now(session, now_ms).keys()
    query = in_scope(actor).where(Screen.retired_at.is_(None), Screen.revoked_at.is_(None))
    if venues is not None:
        query = query.where(Screen.venue_id.in_(venues))
    columns: tuple[Any, ...] = (Screen.id, by, Screen.enrolled_at)
    return [
        (key, "never_seen" if bound is None else "paused" if one in paused else found.of(one))
        for one, key, bound in session.execute(query.with_only_columns(*columns))
    ]
