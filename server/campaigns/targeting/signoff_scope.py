"""How far something reaches, by units, and whether who signs it off is in charge of all of that.

It is worked out from the selector and the reach and not from the screens of today: what comes to
a unit later is shown it too.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from os.path import commonpath
from typing import Final, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from server.accounts.actor import Actor
from server.accounts.models import Unit
from server.accounts.roles import Action
from server.campaigns.models import Campaign, CampaignVersion, Stop, Takeover
from server.campaigns.targeting.author_scope import Area, choice
from server.campaigns.targeting.selector import Criteria
from server.content.models import Asset
from server.foundation.errors import Forbidden
from server.foundation.i18n import Sentence
from server.inventory.screens.models import Screen
from server.inventory.venues.models import Venue

Selecting = CampaignVersion | Takeover | Stop
Row = TypeVar("Row", bound=Selecting)
BEYOND: Final = Sentence(
    "播放范围超出您的审批范围，须由对全部范围有审批权的人（通常是上级单位）审批。",
    "It reaches beyond what you sign off for: someone in charge of all of it has to, mostly of the "
    "unit above.",
)
BEYOND_TO_END: Final = Sentence(
    "插播范围超出您的管辖，由发起人或上级单位结束。",
    "It reaches beyond what is yours: who started it ends it, or the unit above.",
)
MOST_FORMER: Final = 20


@dataclass(frozen=True)
class Ground:
    """The paths of the units, venues and screens named by some selectors, by number."""

    units: Mapping[int, str]
    venues: Mapping[int, str]
    screens: Mapping[int, str]


def ground_of(session: Session, rows: Iterable[Selecting]) -> Ground:
    """All that these name, in three questions however many they are."""
    chosen = [choice(row.selector, row.reach) for row in rows]
    criteria = [one.selector.criteria for one in chosen]
    areas = [area for one in chosen for area in one.areas]
    units = {area.unit_id for area in areas}.union(*(one.unit_ids for one in criteria))
    venues = {number for area in areas for number in area.venue_ids or ()}
    venues = venues.union(*(one.venue_ids for one in criteria))
    screens = set[int]().union(*(one.screen_ids for one in criteria))
    of_venues = select(Venue.id, Unit.path).join(Unit, Venue.unit_id == Unit.id)
    of_screens = select(Screen.id, Unit.path).join(Venue, Screen.venue_id == Venue.id)
    of_screens = of_screens.join(Unit, Venue.unit_id == Unit.id)
    return Ground(
        _paths(session, select(Unit.id, Unit.path), Unit.id, units),
        _paths(session, of_venues, Venue.id, venues),
        _paths(session, of_screens, Screen.id, screens),
    )


def units_reached(row: Selecting, ground: Ground) -> set[str]:
    """Paths of units that contain everything it selects, today or ever."""
    chosen = choice(row.selector, row.reach)
    areas, criteria = _areas(chosen.areas, ground), chosen.selector.criteria
    if chosen.selector.everything:
        return areas
    picked = _existing_paths(ground.venues, criteria.venue_ids) | _existing_paths(
        ground.screens, criteria.screen_ids
    )
    found = {path for path in picked if _covers(areas, path)}
    if criteria.unit_ids:
        return found | _both(areas, _existing_paths(ground.units, criteria.unit_ids))
    return found | areas if _narrows(criteria) else found


def signs_all(session: Session, actor: Actor, row: Selecting) -> bool:
    """Whether the person signs off for all that it reaches."""
    return bool(signed_by(session, actor, [row]))


def may_end(session: Session, actor: Actor, row: Takeover) -> bool:
    """Whether the person may end a takeover: his own, or one that he could start entirely."""
    mine = row.author_id == actor.user_id
    return mine or bool(signed_by(session, actor, [row], "takeover.start"))


def signed_by(
    session: Session, actor: Actor, rows: Sequence[Row], action: Action = "sign_off"
) -> list[Row]:
    """Those of them that reach no further than the person signs off for, or may do else."""
    ground, roots = ground_of(session, rows), actor.roots(action)
    return [row for row in rows if all(_covers(roots, path) for path in units_reached(row, ground))]


def require_all(session: Session, actor: Actor, row: Selecting) -> None:
    """Raise Forbidden unless the person signs off for all that it reaches."""
    if not signs_all(session, actor, row):
        raise Forbidden(BEYOND, code="beyond_scope")


def require_successors(session: Session, actor: Actor, asset_ids: Iterable[int]) -> None:
    """Raise Forbidden if one is a new version of an asset shown beyond the person's scope."""
    former = _former(session, asset_ids)
    if not former:
        return
    shown = _showing(session, former)
    if len(signed_by(session, actor, shown)) < len(shown):
        raise Forbidden(BEYOND, code="beyond_scope")


def signers_unit(session: Session, unit_path: str, row: Selecting) -> str:
    """The path of the nearest unit that is in charge of all of it and of its own unit."""
    paths = [unit_path, *units_reached(row, ground_of(session, [row]))]
    return commonpath(paths) + "/"


def _areas(areas: Iterable[Area], ground: Ground) -> set[str]:
    areas = list(areas)
    wide = {one.unit_id for one in areas if one.venue_ids is None}
    venues = {number for one in areas for number in one.venue_ids or ()}
    return _existing_paths(ground.units, wide) | _existing_paths(ground.venues, venues)


def _existing_paths(paths: Mapping[int, str], numbers: Iterable[int]) -> set[str]:
    return {paths[number] for number in numbers if number in paths}


def _paths(
    session: Session,
    query: Select[int, str],
    column: InstrumentedAttribute[int],
    numbers: Collection[int],
) -> dict[int, str]:
    """Paths by number; for none nothing is asked."""
    if not numbers:
        return {}
    found = session.execute(query.where(column.in_(numbers))).all()
    return {row.id: row.path for row in found}


def _both(areas: Iterable[str], units: Iterable[str]) -> set[str]:
    """The intersection of two sets of subtrees: of overlapping ones the narrower one."""
    units = list(units)
    pairs = [(area, unit) for area in areas for unit in units]
    return {
        max(area, unit, key=len)
        for area, unit in pairs
        if area.startswith(unit) or unit.startswith(area)
    }


def _covers(roots: Iterable[str], path: str) -> bool:
    return any(path.startswith(root) for root in roots)


def _narrows(criteria: Criteria) -> bool:
    return bool(criteria.territory_ids or criteria.venue_kinds or criteria.tags)


def _former(session: Session, asset_ids: Iterable[int]) -> set[int]:
    """The assets replaced by these, transitively."""
    found: set[int] = set()
    waiting = set(asset_ids)
    for _ in range(MOST_FORMER):
        if not waiting:
            break
        query = select(Asset.replaces_id).where(
            Asset.id.in_(waiting), Asset.replaces_id.is_not(None)
        )
        waiting = {one for one in session.scalars(query) if one is not None} - found
        found |= waiting
    return found


def _showing(session: Session, asset_ids: Collection[int]) -> list[Selecting]:
    """Signed and submitted content with any of these assets."""
    versions = session.scalars(
        select(CampaignVersion)
        .join(Campaign, CampaignVersion.campaign_id == Campaign.id)
        .where(CampaignVersion.standing.in_(("signed", "submitted")))
        .where(Campaign.state.not_in(("ended", "withdrawn")))
    )
    live = select(Takeover).where(
        Takeover.state.in_(("submitted", "live")), Takeover.asset_id.in_(asset_ids)
    )
    shown = [one for one in versions if any(i["asset_id"] in asset_ids for i in one.items)]
    return [*shown, *session.scalars(live)]
