"""Screens that have to show their loop at an instant: candidates of a draw."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from playlists.wire.seat import seat
from server.foundation.public_ids import LETTERS
from server.inventory.screens.facts import ScreenFacts
from server.inventory.screens.queries import facts, paused_now
from server.publishing.explain.scheduled_at import Showing, showing_of


def playing(session: Session, screen_ids: Collection[int], at_ms: int) -> list[ScreenFacts]:
    """The screens of some that play now by their plan, ordered by number.

    Closed, paused, stopped, retired, revoked or unbound ones don't, nor those without a plan.
    """
    if not screen_ids:
        return []
    found, paused = facts(session, screen_ids), paused_now(session, at_ms)
    shown = showing_of(session, [one.screen_id for one in found], at_ms)
    return [
        one for one in found if one.screen_id not in paused and _plays(shown[one.screen_id], at_ms)
    ]


def _plays(shown: Showing | None, at_ms: int) -> bool:
    if shown is None or seat(shown.plan, at_ms).state != "playing":
        return False
    over = shown.takeover
    return over is None or not over["id"].startswith(f"{LETTERS['stop']}_")
