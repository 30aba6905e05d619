"""The board of one unit or territory: its own figures, those of the units below, its venues."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from server.accountability.board import queries as reading
from server.accountability.board.cache import Covered, covered, played
from server.accountability.board.queries import NOWHERE, By, Place, UnitRow
from server.accountability.board.tally import Node, Tally, summed
from server.accounts.actor import Actor
from server.foundation.core import Core
from server.foundation.errors import NotFound
from server.foundation.public_ids import number
from server.gateway.connection.state import Live
from server.gateway.status.contact import contact_states
from server.gateway.status.screen_states import screen_states
from server.gateway.status.venue import VENUE_STATES, VenueState, venue_state
from server.inventory.screens.models import Screen
from server.reporting.delivery.figures import Figures

Sort = Literal["worst", "tree"]
NONE: Final = "none"
"""The name, in an address, of where the venues without a territory are."""
_BOUND: Final = ("dark", "online", "late", "idle", "paused")


@dataclass(frozen=True)
class BoardQuery:
    """The selection: a unit (None: the person's whole scope) and the days of coverage."""

    first: date
    last: date
    today: date
    unit_id: str | None = None
    by: By = "unit"
    sort: Sort = "worst"


@dataclass(frozen=True)
class VenueCard:
    """A venue that belongs to the unit itself."""

    place: Place
    state: VenueState
    tally: Tally


@dataclass(frozen=True)
class Board:
    """`node` is the whole (id 0: several units, or none in particular), `above` its ancestors.

    `venues` are those of the unit itself, the worst first.
    """

    query: BoardQuery
    node: Node
    above: tuple[UnitRow, ...]
    units: tuple[Node, ...]
    venues: tuple[VenueCard, ...]


@dataclass(frozen=True)
class _Found:
    """All figures of the person's scope, by venue and by unit."""

    actor: Actor
    units: Mapping[int, UnitRow]
    places: list[Place]
    tallies: Mapping[int, Tally]
    incidents: Mapping[int, int]
    plays: Mapping[int, Figures]


def board(core: Core, live: Live, actor: Actor, query: BoardQuery) -> Board:
    """The board for a person. Raises NotFound for a unit outside the scope."""
    found = _found(core, live, actor, query)
    if query.unit_id == NONE and query.by == "territory":
        top = UnitRow(0, None, NOWHERE, "", "", "")
        return _of_unit(found, query, top)
    if query.unit_id is None:
        return _of_all(found, query)
    row = found.units.get(number("unit", query.unit_id))
    if row is None or not _may_open(found, query, row):
        raise NotFound
    return _of_unit(found, query, row)


def _found(core: Core, live: Live, actor: Actor, query: BoardQuery) -> _Found:
    parts = live.playback
    states = covered(core, parts, actor, (query.first, query.last))
    plays = played(core, parts, actor, query.today, query.by)
    with core.config.read() as session:
        places = reading.places(session, actor, query.by)
        at = (contact_states(core, live), core.clock.now_ms())
        tallies = {place.id: _tally(place, states.get(place.id)) for place in places}
        for venue, state in screen_states(session, actor, *at, Screen.venue_id):
            if venue in tallies:
                tallies[venue].count(state)
        return _Found(
            actor,
            reading.all_units(session),
            places,
            tallies,
            reading.open_incidents(session, actor, query.by),
            plays,
        )


def _tally(place: Place, found: Covered | None) -> Tally:
    tally = Tally()
    tally.count(place.access)
    if found is not None:
        tally.covered.count(found.state)
    return tally


def _of_all(found: _Found, query: BoardQuery) -> Board:
    """The person's whole scope: its units side by side, or the children of the only one."""
    if query.by == "territory":
        return _of_all_territories(found, query)
    roots = _tops(found.actor.roots("read"))
    nodes = [_node(found, one) for one in found.units.values() if one.path in roots]
    if len(nodes) == 1:
        return _of_unit(found, query, found.units[nodes[0].id])
    filled = _filled(found, query, nodes)
    whole = Node(0, "", "", tally=summed(node.tally for node in filled))
    return Board(query, whole, (), _sorted(filled, query), ())


def _of_all_territories(found: _Found, query: BoardQuery) -> Board:
    """The children of the district, and a node for venues without a territory."""
    district = next(one for one in found.units.values() if one.parent is None)
    whole = _of_unit(found, query, district)
    nowhere = _filled(found, query, [Node(0, "", NOWHERE)])
    whole.node.tally.add(summed(node.tally for node in nowhere))
    return replace(whole, units=_sorted([*whole.units, *nowhere], query))


def _of_unit(found: _Found, query: BoardQuery, row: UnitRow) -> Board:
    node = _node(found, row)
    own = [place for place in found.places if place.path == row.path]
    children = [_node(found, one) for one in found.units.values() if one.parent == row.id]
    below = _filled(found, query, children if row.id else [])
    node.tally = summed([found.tallies[place.id] for place in own])
    node.tally.add(summed(one.tally for one in below))
    node.below = len(below)
    _add_of_units(found, query, {row.path: node}, only_own=True)
    venues = sorted((_card(found, place) for place in own), key=_urgency)
    above = tuple(_above(found, query, row))
    return Board(query, node, above, _sorted(below, query), tuple(venues))


def _filled(found: _Found, query: BoardQuery, nodes: list[Node]) -> list[Node]:
    """The nodes with the figures of all below them; territories without a venue left out."""
    by_path = {node.path: node for node in nodes}
    for place in found.places:
        node = _holder(by_path, place.path)
        if node is not None:
            node.tally.add(found.tallies[place.id])
    _add_of_units(found, query, by_path)
    for node in nodes:
        node.below = sum(1 for one in found.units.values() if one.parent == node.id and node.id)
    if query.by == "territory":
        return [node for node in nodes if node.tally.venues]
    return nodes


def _holder(by_path: Mapping[str, Node], path: str) -> Node | None:
    """The node whose subtree contains the path; nodes of one level don't overlap."""
    while path:
        if path in by_path:
            return by_path[path]
        path = path[:-1].rpartition("/")[0]
        path = f"{path}/" if path else ""
    return None


def _add_of_units(
    found: _Found, query: BoardQuery, by_path: Mapping[str, Node], *, only_own: bool = False
) -> None:
    """Add plays and incidents, which are counted by unit, to the nodes of these units."""
    for unit in found.plays.keys() | found.incidents.keys():
        path = _path_of(found, unit, query)
        node = by_path.get(path) if only_own else _holder(by_path, path)
        if node is not None:
            node.tally.plays.add(found.plays.get(unit, Figures()))
            node.tally.incidents += found.incidents.get(unit, 0)


def _path_of(found: _Found, unit: int, query: BoardQuery) -> str:
    row = found.units.get(unit)
    return row.path if row is not None else NOWHERE if query.by == "territory" else "/0/"


def _node(found: _Found, row: UnitRow) -> Node:
    """The node of a unit; leader and contact only for those who may see the unit."""
    seen = found.actor.sees(row.path)
    leader, contact = (row.leader, row.contact) if seen else ("", "")
    return Node(row.id, row.name, row.path, leader, contact)


def _may_open(found: _Found, query: BoardQuery, row: UnitRow) -> bool:
    if found.actor.sees(row.path):
        return True
    return query.by == "territory" and any(
        place.path.startswith(row.path) for place in found.places
    )


def _above(found: _Found, query: BoardQuery, row: UnitRow) -> Iterable[UnitRow]:
    """The units that lead here, as far as the person may open them, the highest first."""
    numbers = [int(one) for one in row.path.strip("/").split("/")[:-1] if one.isdigit()]
    for one in numbers:
        unit = found.units.get(one)
        if unit is not None and _may_open(found, query, unit):
            yield unit


def _card(found: _Found, place: Place) -> VenueCard:
    tally = found.tallies[place.id]
    states = [state for state in _BOUND if getattr(tally, state)]
    return VenueCard(place, venue_state(place.access, states), tally)


def _urgency(card: VenueCard) -> tuple[int, str]:
    return VENUE_STATES.index(card.state), card.place.name


def _sorted(nodes: Iterable[Node], query: BoardQuery) -> tuple[Node, ...]:
    if query.sort == "tree":
        return tuple(sorted(nodes, key=lambda node: (node.id == 0, _order(node.path))))
    return tuple(sorted(nodes, key=lambda node: (*node.tally.badness, _order(node.path))))


def _order(path: str) -> tuple[int, ...]:
    return tuple(int(one) for one in path.strip("/").split("/") if one.isdigit())


def _tops(roots: Iterable[str]) -> list[str]:
    """The paths that aren't below another one of them."""
    found: list[str] = []
    for path in sorted(set(roots), key=len):
        if not any(path.startswith(one) for one in found):
            found.append(path)
    return found
