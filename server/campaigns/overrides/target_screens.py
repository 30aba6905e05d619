"""The screens that a takeover or a stop is for, as of now."""

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from server.campaigns.models import CampaignVersion, Stop, Takeover
from server.campaigns.overrides.active import takes_part
from server.campaigns.targeting.author_scope import choice
from server.foundation.core import Core
from server.inventory.screens.facts import ScreenFacts
from server.inventory.screens.queries import facts


def screens_of(session: Session, row: Takeover | Stop) -> list[ScreenFacts]:
    """The selected screens; a takeover's only where the venue's policy allows it."""
    return _among(facts(session), row)


def taking_part_of_selected(session: Session, row: Takeover) -> tuple[list[ScreenFacts], int]:
    """The screens whose venues let it in, and how many are selected in all."""
    chosen = choice(row.selector, row.reach).among(facts(session))
    return [one for one in chosen if takes_part(one, emergency=row.emergency)], len(chosen)


def screens_of_each(session: Session, rows: Sequence[Takeover | Stop]) -> list[list[ScreenFacts]]:
    """The screens of each row, in the order of `rows`; the facts of all screens are read once."""
    every = facts(session)
    return [_among(every, row) for row in rows]


def screens_of_any(core: Core, rows: Iterable[Takeover | Stop]) -> tuple[ScreenFacts, ...]:
    """All screens that any of them is for, by number. Call it outside a transaction."""
    rows = list(rows)
    if not rows:
        return ()
    with core.config.read() as session:
        every = facts(session)
    found = {one.screen_id: one for row in rows for one in _among(every, row)}
    return tuple(found[number] for number in sorted(found))


def counted(session: Session, row: Takeover | Stop | CampaignVersion) -> tuple[int, int]:
    """The number of screens and venues of a takeover, a stop or a version of a campaign."""
    found = _among(facts(session), row)
    return len(found), len({one.venue_id for one in found})


def _among(
    every: Sequence[ScreenFacts], row: Takeover | Stop | CampaignVersion
) -> list[ScreenFacts]:
    chosen = choice(row.selector, row.reach).among(every)
    if not isinstance(row, Takeover):
        return chosen
    return [one for one in chosen if takes_part(one, emergency=row.emergency)]
