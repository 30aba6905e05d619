"""The screens that a takeover or a stop is for, as of now."""

from sqlalchemy.orm import Session

from server.campaigns.models import Stop, Takeover
from server.campaigns.on_screen import takes_part
from server.campaigns.reach import choice
from server.screens.facts import ScreenFacts
from server.screens.queries import facts


def of_takeover(session: Session, row: Takeover) -> list[ScreenFacts]:
    """Selected, and of venues whose policy lets it in."""
    chosen = choice(row.selector, row.reach).among(facts(session))
    return [one for one in chosen if takes_part(one, emergency=row.emergency)]


def of_stop(session: Session, row: Stop) -> list[ScreenFacts]:
    """All selected: a stop ignores the venues' policies."""
    return choice(row.selector, row.reach).among(facts(session))
