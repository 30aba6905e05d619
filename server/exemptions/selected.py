"""The screens that an exemption selects: those that play, and those that played in its time."""

from sqlalchemy.orm import Session

from server.campaigns.reach import choice
from server.exemptions.models import Exemption
from server.playback.queries import standings
from server.playback.standing import Standing
from server.screens.facts import ScreenFacts
from server.screens.queries import facts, facts_of_gone


def playing_now(session: Session) -> list[ScreenFacts]:
    """All screens that play, to be held against several exemptions."""
    return facts(session)


def selected(
    session: Session, row: Exemption, playing_screens: list[ScreenFacts] | None = None
) -> list[int]:
    """Their numbers. A screen that was revoked or retired since counts if it had a plan then."""
    chosen = choice(row.selector, row.reach)
    every = facts(session) if playing_screens is None else playing_screens
    playing = [one.screen_id for one in chosen.among(every)]
    gone = [one.screen_id for one in chosen.among(facts_of_gone(session, row.from_at))]
    had_a_plan = [
        one.screen
        for one in (standings(session, gone) if gone else ())
        if one.screen in set(gone) and _had_plan(one, row.from_at, row.until_at)
    ]
    return sorted([*playing, *had_a_plan])


def _had_plan(screen: Standing, from_ms: int, until_ms: int) -> bool:
    return any(
        one.from_ms < until_ms and (one.until_ms is None or one.until_ms > from_ms)
        for one in screen.tenures
    )
