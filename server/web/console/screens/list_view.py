"""The filters and sorting of the list of screens, and the filters' choices."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from server.accounts.guards import actor
from server.accounts.models import Unit
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.request_language import say
from server.inventory.screens import queries
from server.inventory.screens.contact import heard_lately
from server.inventory.screens.finding import tags
from server.inventory.screens.finding.filters import ScreenFilter, conditions
from server.inventory.screens.labels import STATES
from server.inventory.screens.models import Screen
from server.inventory.venues.kinds import KINDS
from server.inventory.venues.models import Venue
from server.inventory.venues.search.filter_options import line_choices, name_of, territory_choices
from server.web.addresses import here
from server.web.helpers import query_of, unit_choices, wished
from server.web.sorting import Orders, sorted_page, view_wished

WISHES: Final = (
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
    wish = wished(*WISHES)
    asked = query_of(ScreenFilter, wish)
    paused = queries.paused_now(session, core().clock.now_ms()).keys()
    wanted = conditions(asked, heard_lately(asked.state), paused)
    query = queries.in_scope(actor()).where(*wanted)
    found = sorted_page(session, query, Screen.id, ORDERS, lambda rows: tiles(session, rows))
    return {
        **found,
        "screens": found["items"],
        "wish": wish,
        "filtered": bool(wish),
        "view": view_wished("grid"),
        "view_href": lambda view: here(view=view),
        **_choices(session, wish),
        **acts(session, wanted),
    }


def _choices(session: Session, wish: dict[str, str]) -> dict[str, Any]:
    kinds = [(code, say(kind.name)) for code, kind in KINDS.items()]
    units = unit_choices(session, actor())
    return {
        "states": [(state, say(name)) for state, (name, _) in STATES.items()],
        "kinds": kinds,
        "kind_names": dict(kinds),
        "units": units,
        "unit_names": dict(units),
        "territories": territory_choices(session, actor()),
        "lines": line_choices(session, actor()),
        "tags": tags.of_screens(session, actor()),
        "is_special": any(name in wish for name in SELDOM),
        "of_venue": name_of(session, actor(), wish["venue_id"]) if "venue_id" in wish else "",
    }
