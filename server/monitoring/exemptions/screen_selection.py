"""The screens that an exemption selects: at a selected place with a plan during its time."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from server.campaigns.targeting.author_scope import choice
from server.foundation.core import Core
from server.monitoring.exemptions.models import Exemption
from server.monitoring.exemptions.past_placements import Fleet, read_fleet
from server.playlog.ingest.context_queries import screen_contexts
from server.playlog.model.screen_context import Tenure


@dataclass(frozen=True, slots=True)
class Spell:
    """A screen's stay at a selected place in [from_ms, until_ms); row numbers."""

    screen: int
    from_ms: int
    until_ms: int
    venue: int
    unit: int


def selected(session: Session, row: Exemption, fleet: Fleet) -> list[Spell]:
    """The selected stays by screen and time; includes screens revoked or retired later."""
    found = list(_spells(row, fleet))
    tenures = _tenures(session, {one.screen for one in found})
    kept = [one for one in found if _had_a_plan(tenures[one.screen], one)]
    return sorted(kept, key=lambda one: (one.screen, one.from_ms))


def selected_now(core: Core, session: Session, row: Exemption) -> list[Spell]:
    """The current selection of one exemption."""
    return selected(session, row, read_fleet(core, session, row.from_at))


def screens_of(spells: Iterable[Spell]) -> list[int]:
    """The screens' row numbers, each once."""
    return sorted({one.screen for one in spells})


def _spells(row: Exemption, fleet: Fleet) -> Iterator[Spell]:
    chosen = choice(row.selector, row.reach)
    for screen in fleet.screens:
        for facts, begin_ms, end_ms in fleet.stretches(screen):
            from_ms = max(begin_ms, row.from_at)
            until_ms = row.until_at if end_ms is None else min(end_ms, row.until_at)
            if from_ms < until_ms and chosen.picks(facts):
                yield Spell(screen.screen_id, from_ms, until_ms, facts.venue_id, facts.unit_id)


def _tenures(session: Session, screens: set[int]) -> Mapping[int, Sequence[Tenure]]:
    found: defaultdict[int, Sequence[Tenure]] = defaultdict(tuple)
    for one in screen_contexts(session, screens) if screens else ():
        found[one.screen] = one.tenures
    return found


def _had_a_plan(tenures: Sequence[Tenure], spell: Spell) -> bool:
    return any(
        one.from_ms < spell.until_ms and (one.until_ms is None or one.until_ms > spell.from_ms)
        for one in tenures
    )
