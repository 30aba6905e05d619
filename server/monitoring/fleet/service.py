"""The tree of the fleet page: lines or units, their vehicles or venues, and screens.

Worst first; a node's strip of days is unpacked only when it is drawn.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.foundation.civil_time import Civil
from server.foundation.core import Core
from server.inventory.district.queries import UptimeRules, uptime_rules
from server.inventory.venues import access
from server.inventory.venues.kinds import KINDS, VEHICLES
from server.inventory.venues.lookup_cache import PlaceCache
from server.monitoring.availability.closed_days_cache import ClosedDaysCache
from server.monitoring.availability.day_store import stored_rows
from server.monitoring.availability.packed_records import Record, unpacked_hours
from server.monitoring.availability.rollup_job import refresh
from server.monitoring.fleet import queries as reading
from server.monitoring.fleet.node_builder import Seen
from server.monitoring.fleet.placement_history import PastPlace, StayFilter, sight, stays_for
from server.monitoring.fleet.query import FleetQuery
from server.monitoring.fleet.tree import Branch, Fleet, ScreenNode, VenueNode, badness
from server.playlog.ingest.runtime import PlaylogRuntime
from server.playlog.store.snapshot import snapshot

UNKNOWN_KIND: Final = (0, False)
"""Grace, and whether it moves, of a deleted venue of a kind that no longer exists."""
Elsewhere = Mapping[int, Sequence[ScreenNode]]
"""By line or unit, the screens that were there and have left."""


@dataclass(frozen=True)
class _Read:
    """The data for a query: places, matching screens, screens that left, figures."""

    found: reading.Places
    wanted: Sequence[reading.ScreenRow]
    left: Sequence[tuple[int, int, Sequence[range]]]
    there: StayFilter
    seen: Seen
    rules: UptimeRules


def fleet(core: Core, parts: PlaylogRuntime, actor: Actor, query: FleetQuery) -> Fleet:
    """The fleet in the person's scope, worst first."""
    refresh(core, parts)
    read = _read(core, parts, actor, query)
    elsewhere = _elsewhere(read)
    names = read.found.lines if query.by == "line" else read.found.units
    target = read.rules.target_pct
    branches = _branches(_venues(read), query, names, target, elsewhere)
    shown = {branch.id for branch in branches}
    return Fleet(
        read.seen.now_s,
        read.seen.as_of_s,
        query.days,
        branches,
        target,
        read.found.lines,
        [one for key, nodes in elsewhere.items() if key not in shown for one in nodes],
    )


def _read(core: Core, parts: PlaylogRuntime, actor: Actor, query: FleetQuery) -> _Read:
    civil = Civil(core.settings.zone)
    with core.config.read() as session, snapshot(core.plays) as tx:
        found = _places(session, parts, actor, VEHICLES if query.by == "line" else None)
        venues = {
            one.id
            for one in found.venues.values()
            if query.takes(one.kind, one.unit, one.line, one.depot, one.id)
        }
        wanted = [row for row in found.screens if row.venue in venues]
        if query.screen is not None:
            wanted = [row for row in wanted if row.id == query.screen]
        ended = reading.ended_since(session, civil.start_of(query.days.start))
        stays = stays_for(tx, civil, query, ended)
        depots = {row.id: row.depot for row in found.venues.values()} if query.depot else {}
        there = StayFilter(query, sight(session, actor, found.venues), stays, depots)
        if query.gone:
            found, gone = _with_gone(session, found, there, {row.id for row in wanted})
            wanted += gone
        left = list(_left(there, found, wanted))
        screens = {row.id for row in wanted} | {one[0] for one in left}
        days_and_screens = parts.remembered(ClosedDaysCache).of(tx, query.days), screens
        seen = Seen(core, session, tx, parts, days_and_screens)
        return _Read(found, wanted, left, there, seen, uptime_rules(session))


def _places(
    session: Session, parts: PlaylogRuntime, actor: Actor, kinds: frozenset[str] | None
) -> reading.Places:
    key = ("fleet", access.sight_of(actor, "reports.read"), kinds)
    cache = parts.remembered(PlaceCache)
    return cache.of(session, key, lambda: reading.places(session, actor, kinds))


def _venues(read: _Read) -> list[VenueNode]:
    """Venues with their screens that are in the requested state."""
    query = read.there.query
    venues, stays = read.found.venues, read.there.stays
    graces = {kind: (read.rules.grace_s.get(kind, 0), kind in VEHICLES) for kind in KINDS}
    screens: defaultdict[int, list[ScreenNode]] = defaultdict(list)
    for row in read.wanted:
        venue = venues[row.venue]
        days = read.there.days(row.id, _key_of(venue, query)) if row.id in stays else None
        node = read.seen.node(row, *graces.get(venue.kind, UNKNOWN_KIND), days)
        is_gone = row.is_gone and node.total == 0
        if not is_gone and query.state in {None, node.state}:
            screens[row.venue].append(node)
    return [
        VenueNode(venues[venue], sorted(nodes, key=badness) if nodes[1:] else nodes)
        for venue, nodes in screens.items()
    ]


def _elsewhere(read: _Read) -> Elsewhere:
    elsewhere: defaultdict[int, list[ScreenNode]] = defaultdict(list)
    for screen, key, days in read.left:
        row = reading.ScreenRow(screen, "", 0, None, is_gone=True)
        node = read.seen.node(row, 0, False, days)
        if node.total:
            elsewhere[key].append(node)
    return elsewhere


def hours_of(core: Core, screens: Sequence[int], day: int) -> Mapping[int, Sequence[Record]]:
    """By screen, the figures of a day's 25 hours (the last is empty on most days)."""
    with snapshot(core.plays) as tx:
        rows = stored_rows(tx, day, screens)
    return {one: unpacked_hours(rows[one].hours) for one in screens if one in rows}


def _left(
    there: StayFilter, found: reading.Places, wanted: Sequence[reading.ScreenRow]
) -> Iterator[tuple[int, int, Sequence[range]]]:
    """Screens that left the listed lines or units; not computed for a single place."""
    query = there.query
    if query.gone or query.state or query.venue is not None or query.screen is not None:
        return
    present = {
        row.id: _key_of(found.venues[row.venue], query) for row in wanted if row.id in there.stays
    }
    yield from there.left(present)


def _key_of(venue: reading.VenueRow, query: FleetQuery) -> int:
    return (venue.line or 0) if query.by == "line" else venue.unit


def _branches(
    venues: Sequence[VenueNode],
    query: FleetQuery,
    names: Mapping[int, str],
    target: Fraction,
    left: Elsewhere,
) -> list[Branch]:
    groups: defaultdict[int, list[VenueNode]] = defaultdict(list)
    for node in venues:
        groups[_key_of(node.venue, query)].append(node)
    found = [
        Branch(
            key,
            names.get(key, ""),
            query.days,
            sorted(mine, key=lambda node: badness(node.screens[0])),
            target,
            left.get(key, ()),
        )
        for key, mine in groups.items()
    ]
    return sorted(found, key=lambda branch: badness(branch.venues[0].screens[0]))


def _with_gone(
    session: Session, found: reading.Places, there: StayFilter, present: Collection[int]
) -> tuple[reading.Places, list[reading.ScreenRow]]:
    """Adds screens that were there on some of the days, each at its last such place."""
    query = there.query
    last: dict[int, PastPlace] = {}
    for screen, stays in there.stays.items():
        for days, spot in stays if screen not in present else ():
            if days.start < query.days.stop and days.stop > query.days.start and there.was(spot):
                last[screen] = spot
    return reading.with_gone(session, found, last)
