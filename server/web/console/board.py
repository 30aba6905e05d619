"""责任单位看板: a card for each unit or territory, the worst first; every figure opens its rows."""

from typing import Any, Final

from flask import Blueprint, render_template

from server.accountability.board.api import Query, board_of
from server.accountability.board.serializers import row_document, venue_document
from server.accountability.board.service import NONE, Board
from server.accounts.guards import actor, needs
from server.foundation.i18n import share_text
from server.foundation.public_ids import public
from server.foundation.rest.problems import language
from server.foundation.rest.request_language import translate
from server.inventory.venues.kinds import KINDS
from server.web.addresses import here, href
from server.web.console.venues.venues import STATES as VENUE_NAMES
from server.web.console.venues.venues import TONES as VENUE_TONES
from server.web.helpers import query_args, query_of
from server.web.sorting import requested_view

pages = Blueprint("board_pages", __name__)

KEPT: Final = ("by", "sort", "from", "to", "view")
SHOWN_VENUES: Final = 48


@pages.get("/board")
@needs("read")
def board_page() -> str:
    """One level of the tree: the children of a unit, and its own venues."""
    given = query_args("unit_id", *KEPT)
    found = board_of(query_of(Query, given).about())
    rows = [row_document(node, language()) for node in found.units]
    keys = [public("unit", node.id) if node.id else NONE for node in found.units]
    whole = row_document(found.node, language())
    return render_template(
        "board/board.html",
        whole=whole,
        cards=[Card(row, key, found) for row, key in zip(rows, keys, strict=True)],
        total=Card(whole, given.get("unit_id"), found),
        above=[(one.name, _here(given, public("unit", one.id))) for one in found.above],
        top_href=_here(given, ""),
        is_top="unit_id" not in given,
        drill=lambda key: _here(given, key),
        by_href=lambda by: here(by=by, unit_id=""),
        sort_href=lambda sort: here(sort=sort),
        view=requested_view("grid"),
        view_href=lambda view: here(view=view),
        query=found.query,
        share=share_text,
        venues=[venue_document(card) for card in found.venues[:SHOWN_VENUES]],
        venues_left=max(0, len(found.venues) - SHOWN_VENUES),
        venue_names={state: translate(name) for state, name in VENUE_NAMES.items()},
        venue_tones=VENUE_TONES,
        kind_names={code: translate(kind.name) for code, kind in KINDS.items()},
        may_manage=bool(actor().roots("accounts.manage")),
        file_href=href("/api/v1/board.xlsx", given),
    )


class Card:
    """A row with links to the items that its figures count; `key` is its filter."""

    def __init__(self, row: dict[str, Any], key: str | None, found: Board) -> None:
        self.row = row
        self.key = key
        self._by = found.query.by
        by_unit = self._by == "unit"
        self._venues = {"unit_id" if by_unit else "territory_unit_id": key}
        self._only = {"unit_id" if by_unit else "territory_id": key}
        self._days = {
            "from": found.query.first.isoformat(),
            "to": found.query.last.isoformat(),
        }
        self._today = found.query.today.isoformat()

    def venues(self, **filters: str) -> str:
        """The list of its venues, narrowed further."""
        return href("/venues", self._venues, filters)

    def screens(self, state: str = "") -> str:
        """The list of its screens in a state."""
        return href("/screens", self._only, {"state": state})

    def covered(self, state: str) -> str:
        """The venues of a state of coverage."""
        only, by = self._only, self._by
        if self.key == NONE:
            only, by = {"of": "-"}, "territory"
        filters = {**self._days, "group_by": by, "state": state}
        return href("/reports/coverage/venues", only, filters)

    def incidents(self) -> str:
        """The open ones."""
        return href("/incidents", self._only)

    def plays(self) -> str:
        """Today's plays by kind of venue; "" where they can't be asked for."""
        if self.key == NONE:
            return ""
        filters = {"from": self._today, "to": self._today, "group_by": "venue_kind"}
        return href("/reports", self._only, filters)


def _here(given: dict[str, str], unit_id: str) -> str:
    kept = {name: text for name, text in given.items() if name in KEPT}
    return href("/board", {"unit_id": unit_id}, kept)
