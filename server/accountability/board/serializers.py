"""The board as JSON, and as a table for a file."""

from typing import Any, Final

from server.accountability.board.labels import COLUMNS, NOWHERE_NAME, SEVERAL, SHEET, TOTAL
from server.accountability.board.service import Board, VenueCard
from server.accountability.board.tally import Node, Tally
from server.foundation.i18n import Sentence
from server.foundation.phone_masking import masked
from server.foundation.public_ids import public
from server.foundation.spreadsheets.writer import Column, Table, Value
from server.gateway.status.screen_states import SCREEN_STATES

COUNTS: Final = ("venues", "player", "manual", "none", "screens", *SCREEN_STATES, "incidents")


def board_document(found: Board, language: str) -> dict[str, Any]:
    """One level of the tree."""
    return {
        "from": found.query.first.isoformat(),
        "to": found.query.last.isoformat(),
        "by": found.query.by,
        "unit": row_document(found.node, language),
        "items": [row_document(node, language) for node in found.units],
        "venues": [venue_document(card) for card in found.venues],
    }


def row_document(node: Node, language: str) -> dict[str, Any]:
    """A unit with its figures."""
    return {
        "unit_id": public("unit", node.id) if node.id else None,
        "name": name_of(node).in_language(language),
        "leader": node.leader,
        "contact": masked(node.contact),
        "below": node.below,
        **figures(node.tally),
    }


def figures(tally: Tally) -> dict[str, Any]:
    """The fields of the API."""
    covered, plays = tally.covered, tally.plays
    return {
        **{name: getattr(tally, name) for name in COUNTS},
        "covered_of": covered.venues,
        "reached": covered.reached,
        "attested": covered.attested,
        "coverage": covered.coverage,
        "expected": plays.expected,
        "confirmed": plays.confirmed,
        "pending": plays.pending,
        "delivery": plays.delivery_rate,
    }


def venue_document(card: VenueCard) -> dict[str, Any]:
    """A venue of the unit itself."""
    place = card.place
    return {
        "venue_id": public("venue", place.id),
        "name": place.name,
        "kind": place.kind,
        "access": place.access,
        "state": card.state,
        "screens": card.tally.screens,
        "dark": card.tally.dark,
        "contact": f"{place.contact} {masked(place.phone)}".strip(),
    }


def board_table(found: Board, language: str, notes: list[tuple[str, str]]) -> Table:
    """A line for each unit, and the whole."""
    columns = [Column(name.in_language(language), kind) for _, name, kind in COLUMNS]
    rows = [_values(node, name_of(node).in_language(language)) for node in found.units]
    total = _values(found.node, TOTAL.in_language(language))
    return Table(SHEET.in_language(language), columns, [*rows, total], notes)


def _values(node: Node, name: str) -> list[Value]:
    values: dict[str, Value] = {
        "name": name,
        "leader": node.leader,
        "contact": masked(node.contact),
        **figures(node.tally),
    }
    return [values[key] for key, _, _ in COLUMNS]


def name_of(node: Node) -> Sentence:
    """The name of a node."""
    if node.id:
        return Sentence(node.name, node.name)
    return NOWHERE_NAME if node.path == "/none/" else SEVERAL
