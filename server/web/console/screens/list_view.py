"""The filters and sorting of the list of screens, and the filters' choices."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from server.accounts.guards import actor
from server.accounts.models import Unit
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import translate
from server.inventory.screens import queries
from server.inventory.screens.contact import contacts_by_state
from server.inventory.screens.finding import tags
from server.inventory.screens.finding.filters import ScreenFilter, conditions
from server.inventory.screens.labels import STATES
from server.inventory.screens.models import Screen
from server.inventory.venues.kinds import KINDS
from server.inventory.venues.models import Venue
from server.inventory.venues.search.filter_options import line_choices, name_of, territory_choices
from server.web.addresses import here
from server.web.helpers import query_args, query_of, unit_choices
from server.web.sorting import Orders, requested_view, sorted_page

FILTER_NAMES: Final = (
    "state",
    "venue_kind",
    "unit_id",
    "territory_id",
    "line_id",
    "tag",
    "key_id",
    "player",
    "venue_id",
    "q",
)
SELDOM: Final = ("territory_id", "line_id", "tag")
ORDERS: Final[Orders] = {
    "name": (Screen.name,),
    "venue": (Venue.name,),
    "unit": (Unit.path,),
    "kind": (Venue.kind, Venue.name),
    "serial": (Screen.serial,),
}

Acts = Callable[[Session, Sequence[ColumnElement[bool]]], dict[str, Any]]
Tiles = Callable[[Session, Sequence[Screen]], list[dict[str, Any]]]


def listing(session: Session, tiles: Tiles, acts: Acts) -> dict[str, Any]:
    """The context of the list's template; `tiles` renders rows, `acts` their toolbar."""
    filters = query_args(*FILTER_NAMES)
    asked = query_of(ScreenFilter, filters)
    paused = queries.paused_now(session, core().clock.now_ms()).keys()
    wanted = conditions(asked, contacts_by_state(asked.state), paused)
    query = queries.in_scope(actor()).where(*wanted)
    found = sorted_page(session, query, Screen.id, ORDERS, lambda rows: tiles(session, rows))
    return {
        **found,
        "screens": found["items"],
        "filters": filters,
        "filtered": bool(filters),
        "view": requested_view("grid"),
        "view_href": lambda view: here(view=view),
        **_choices(session, filters),
        **acts(session, wanted),
    }


def _choices(session: Session, filters: dict[str, str]) -> dict[str, Any]:
    kinds = [(code, translate(kind.name)) for code, kind in KINDS.items()]
    units = unit_choices(session, actor())
    return {
        "states": [(state, translate(name)) for state, (name, _) in STATES.items()],
        "kinds": kinds,
        "kind_names": dict(kinds),
        "units": units,
        "unit_names": dict(units),
        "territories": territory_choices(session, actor()),
        "lines": line_choices(session, actor()),
        "tags": tags.of_screens(session, actor()),
        "is_special": any(name in filters for name in SELDOM),
        "of_venue": name_of(session, actor(), filters["venue_id"]) if "venue_id" in filters else "",
    }
