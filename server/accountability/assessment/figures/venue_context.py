"""Context of venues beside their figures, and the part of it that each unit may see."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from server.accountability.assessment.figures import venue_facts
from server.accountability.assessment.figures.placements import Fact, of_units, read_stays
from server.accountability.assessment.figures.rows import VenueContext
from server.accountability.assessment.figures.venue_facts import (
    ApprovedAttestation,
    Asked,
    PhotoCheck,
    Spell,
    VenueFacts,
)
from server.accountability.assessment.period import Span
from server.accounts.models import Unit
from server.foundation.civil_time import Civil
from server.foundation.core import Core
from server.playlog.ingest.runtime import PlaylogRuntime
from server.playlog.store.snapshot import snapshot
from server.playlog.upkeep import refresh
from server.reporting.delivery.placements_cache import PlacementsCache


@dataclass(frozen=True, slots=True)
class Beside:
    """Context of all the district's venues in these days, for the time each unit had them.

    Attestations are by venue: a venue reports for the unit that it belongs to now.
    """

    screens: Sequence[Fact[int]]
    exempted: Sequence[Fact[Spell]]
    paused: Sequence[Fact[Spell]]
    photographed: Sequence[Fact[PhotoCheck]]
    attested: Mapping[int, Sequence[ApprovedAttestation]]


@dataclass(frozen=True, slots=True)
class Whose:
    """The unit of a sheet, and the numbers of it and of all below it."""

    unit: Unit
    below: Collection[int]


def asked_at(
    session: Session, core: Core, span: Span, campaigns: Mapping[int, set[int]]
) -> Mapping[int, Sequence[Asked]]:
    """By venue, the requirements of the campaigns expected or shown there."""
    every = frozenset[int]().union(*campaigns.values())
    asked = venue_facts.campaigns_asked(session, Civil(core.settings.zone), every, span)
    return {
        venue: [requirement for one in sorted(some) for requirement in asked.get(one, ())]
        for venue, some in campaigns.items()
    }


def context_for(
    core: Core,
    beside: Beside,
    whose: Whose,
    venues: Mapping[int, VenueFacts],
    asked: Mapping[int, Sequence[Asked]],
) -> VenueContext:
    """The unit's part: of a venue that moved away, nothing from its time with another unit."""
    mine = {key for key, venue in venues.items() if is_of(whose.unit, venue)}
    return VenueContext(
        {
            key: venue if key in mine else venue._replace(contact="", phone="")
            for key, venue in venues.items()
        },
        of_units(beside.screens, whose.below),
        asked,
        of_units(beside.exempted, whose.below),
        of_units(beside.paused, whose.below),
        {key: attestations for key, attestations in beside.attested.items() if key in mine},
        of_units(beside.photographed, whose.below),
        core.settings.zone,
    )


def is_of(unit: Unit, venue: VenueFacts) -> bool:
    """Whether a venue belongs to a unit, or to one below it, now."""
    return venue.unit_path.startswith(unit.path)


def read_beside(core: Core, parts: PlaylogRuntime, span: Span) -> Beside:
    """All of it, as of now."""
    refresh(core, parts)
    with snapshot(core.plays) as tx:
        places = parts.remembered(PlacementsCache).of(tx)
    with core.config.read() as session:
        stays = read_stays(session, places, span)
        return Beside(
            list(stays.screens()),
            venue_facts.exempted(session, span),
            venue_facts.paused(session, span, stays),
            venue_facts.photographed(session, span, stays, Civil(core.settings.zone)),
            venue_facts.attested(session, span),
        )
