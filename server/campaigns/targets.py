"""The screens that a takeover or a stop is for, as of now."""

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from server.campaigns.models import Stop, Takeover
from server.campaigns.on_screen import takes_part
from server.campaigns.reach import choice
from server.core import Core
from server.screens.facts import ScreenFacts
from server.screens.queries import facts


def screens_of(session: Session, row: Takeover | Stop) -> list[ScreenFacts]:
    """Those selected; a takeover's only where the venue's policy lets it in."""
    return _among(facts(session), row)


def screen_ids(core: Core, rows: Iterable[Takeover | Stop]) -> tuple[int, ...]:
    """The numbers of all screens that any of them is for. Call it outside a transaction."""
    rows = list(rows)
    if not rows:
        return ()
    with core.config.read() as session:
        every = facts(session)
    return tuple(sorted({one.screen_id for row in rows for one in _among(every, row)}))


def _among(every: Sequence[ScreenFacts], row: Takeover | Stop) -> list[ScreenFacts]:
    chosen = choice(row.selector, row.reach).among(every)
    if isinstance(row, Stop):
        return chosen
    return [one for one in chosen if takes_part(one, emergency=row.emergency)]
