"""Attributes of screens at past times, by their placements as in reports.

The first placement also applies to earlier time; a current place without a placement yet applies
from now on.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.models import Unit
from server.foundation.core import Core
from server.foundation.db.session import Database
from server.inventory.screens.facts import ScreenFacts
from server.inventory.screens.models import Screen
from server.inventory.screens.queries import facts, facts_of_gone
from server.inventory.venues.models import Venue
from server.playlog.store.snapshot import snapshot

PLACEMENTS: Final = (
    "SELECT p.screen, p.from_ms, p.venue, c.unit, c.territory, c.venue_kind "
    "FROM placements p JOIN cells c ON c.id = p.cell ORDER BY p.screen, p.from_ms"
)


@dataclass(frozen=True, slots=True)
class PastPlacement:
    """A screen's place from an instant on; row numbers, territory 0 for none."""

    from_ms: int
    venue: int
    unit: int
    territory: int
    venue_kind: str

    def is_of(self, one: ScreenFacts) -> bool:
        """Whether this is the screen's current place."""
        now = (one.venue_id, one.unit_id, one.territory_id or 0, one.venue_kind)
        return (self.venue, self.unit, self.territory, self.venue_kind) == now


@dataclass(frozen=True)
class Fleet:
    """All screens in service since an instant, for matching several exemptions.

    `placements`: past places of moved screens; `paths`: of all units; `venue_tags` and
    `screen_tags`: of venues and screens in `placements`.
    """

    now_ms: int
    screens: Sequence[ScreenFacts]
    placements: Mapping[int, Sequence[PastPlacement]]
    paths: Mapping[int, str]
    venue_tags: Mapping[int, Sequence[str]]
    screen_tags: Mapping[int, Sequence[str]]

    def stretches(self, one: ScreenFacts) -> Iterator[tuple[ScreenFacts, int, int | None]]:
        """The attributes of a screen in each [from_ms, until_ms) of its life; None: open end."""
        placements = self.placements.get(one.screen_id, ())
        edges = [0, *(placement.from_ms for placement in placements[1:])]
        versions = [self._then(one, placement) for placement in placements]
        if not placements:
            versions = [one]
        elif not placements[-1].is_of(one):
            edges, versions = [*edges, max(self.now_ms, edges[-1])], [*versions, one]
        yield from zip(versions, edges, [*edges[1:], None], strict=True)

    def _then(self, one: ScreenFacts, placement: PastPlacement) -> ScreenFacts:
        # A deleted unit had passed its venues on before.
        unit = placement.unit if placement.unit in self.paths else one.unit_id
        tags = self.screen_tags.get(one.screen_id, ()), self.venue_tags.get(placement.venue, ())
        return msgspec.structs.replace(
            one,
            venue_id=placement.venue,
            venue_kind=placement.venue_kind,
            unit_id=unit,
            unit_path=self.paths.get(unit, one.unit_path),
            territory_id=placement.territory or None,
            territory_path=self.paths.get(placement.territory),
            tags=frozenset(tag for some in tags for tag in some),
        )


def read_fleet(core: Core, session: Session, since_ms: int) -> Fleet:
    """Screens in service, and those that were revoked or retired after an instant."""
    screens = [*facts(session), *facts_of_gone(session, since_ms)]
    every = _placements(core.plays)
    placements = {
        one.screen_id: found
        for one in screens
        if (found := every.get(one.screen_id)) and (len(found) > 1 or not found[0].is_of(one))
    }
    venues = {placement.venue for found in placements.values() for placement in found}
    return Fleet(
        now_ms=core.clock.now_ms(),
        screens=screens,
        placements=placements,
        paths=dict(session.execute(select(Unit.id, Unit.path)).all()),
        venue_tags=_tags(session, Venue, venues),
        screen_tags=_tags(session, Screen, set(placements)),
    )


def _placements(plays: Database) -> Mapping[int, Sequence[PastPlacement]]:
    found: defaultdict[int, list[PastPlacement]] = defaultdict(list)
    with snapshot(plays) as tx:
        for screen, *place in tx.rows(PLACEMENTS):
            found[screen].append(PastPlacement(*place))
    return found


def _tags(
    session: Session, model: type[Venue | Screen], numbers: set[int]
) -> Mapping[int, Sequence[str]]:
    rows = session.execute(select(model.id, model.tags).where(model.id.in_(numbers)))
    return dict(rows.all())
