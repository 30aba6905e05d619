"""The number of dark screens, for the overview."""

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any, NamedTuple

from server.accountability.board.cache import FigureCache
from server.accounts.guards import actor
from server.foundation.core import Core
from server.inventory.venues.kinds import VEHICLES
from server.monitoring.fleet.query import FleetQuery
from server.monitoring.fleet.service import fleet
from server.playlog.ingest.runtime import PlaylogRuntime
from server.web.addresses import href
from server.web.console.fleet.labels import since_text
from server.web.console.fleet.view import ANY_DARK
from server.web.helpers import today


class Silent(NamedTuple):
    """A dark screen: its last contact (s; None without any), and whether it is on a vehicle."""

    last_s: int | None
    is_on_vehicle: bool


class Dark(NamedTuple):
    """The dark screens by number at `now_s`."""

    screens: Mapping[int, Silent]
    now_s: int


class DarkCache(FigureCache):
    """A cache of each person's card, as the overview asks every ten seconds.

    Only the few figures are kept, since a large fleet takes ten megabytes a person.
    """

    kept_ms = 20_000


def dark_card(
    core: Core, parts: PlaylogRuntime, counted: Collection[int] | None = None
) -> dict[str, Any]:
    """The number, since when the longest, and the page that lists them.

    `counted`: the dark screens as another part of the page counts them, which may be some seconds
    newer; without it those of the fleet count.
    """
    cache, compute = parts.remembered(DarkCache), partial(_dark_screens, core, parts)
    found: Dark = cache.of(actor(), core.clock.now_ms(), compute)
    screens = found.screens.keys() if counted is None else counted
    silent = [found.screens[one] for one in screens if one in found.screens]
    last_contacts_s = [one.last_s for one in silent if one.last_s is not None]
    only_vehicles = bool(silent) and all(one.is_on_vehicle for one in silent)
    filters = {"by": "line" if only_vehicles else "unit", "state": ANY_DARK}
    since_s = min(last_contacts_s, default=None)
    return {
        "count": len(screens),
        "had_contact": since_s is not None,
        "since": since_text(since_s, found.now_s, core.settings.zone) if silent else "",
        "href": href("/uptime", filters),
    }


def _dark_screens(core: Core, parts: PlaylogRuntime) -> Dark:
    day = today().toordinal()
    found = fleet(core, parts, actor(), FleetQuery(range(day, day + 1), "unit"))
    return Dark(
        {
            screen.id: Silent(screen.last_s, venue.venue.kind in VEHICLES)
            for venue, screen in found.dark
        },
        found.now_s,
    )
