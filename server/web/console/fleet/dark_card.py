"""The number of dark screens, for the overview."""

from collections.abc import Hashable
from typing import Any, Final, NamedTuple

from server.accounts.guards import actor
from server.foundation.core import Core
from server.inventory.venues.kinds import VEHICLES
from server.monitoring.fleet.query import FleetQuery
from server.monitoring.fleet.service import fleet
from server.playlog.ingest.runtime import PlaylogRuntime
from server.web.console.fleet.labels import since_text
from server.web.console.fleet.view import ANY_DARK, href
from server.web.helpers import today

KEPT_MS: Final = 20_000
MOST_KEPT: Final = 100


class Dark(NamedTuple):
    """The dark screens at `now_s`; the longest one since `since_s` (None: no contact ever).

    `only_vehicles`: all of them are on vehicles.
    """

    screens: int
    since_s: int | None
    only_vehicles: bool
    now_s: int


class KnownDark:
    """A cache of each person's card, as the overview asks every ten seconds.

    Only the few figures are kept, since a large fleet takes ten megabytes a person.
    """

    def __init__(self) -> None:
        self._found: dict[Hashable, tuple[int, Dark]] = {}

    def of(self, core: Core, parts: PlaylogRuntime) -> Dark:
        """The dark screens in the person's scope, at most 20 s old."""
        key, now_ms = actor(), core.clock.now_ms()
        at_ms, found = self._found.get(key, (0, None))
        if found is None or not 0 <= now_ms - at_ms < KEPT_MS:
            found = _looked_up(core, parts)
            if len(self._found) >= MOST_KEPT:
                self._found.clear()
            self._found[key] = now_ms, found
        return found


def dark_card(core: Core, parts: PlaylogRuntime) -> dict[str, Any]:
    """The number, since when the longest, and the page that lists them."""
    found = parts.remembered(KnownDark).of(core, parts)
    wish = {"by": "line" if found.only_vehicles else "unit", "state": ANY_DARK}
    return {
        "count": found.screens,
        "heard": found.since_s is not None,
        "since": since_text(found.since_s, found.now_s, core.settings.zone),
        "href": href("/uptime", wish),
    }


def _looked_up(core: Core, parts: PlaylogRuntime) -> Dark:
    day = today().toordinal()
    found = fleet(core, parts, actor(), FleetQuery(range(day, day + 1), "unit"))
    dark = list(found.dark)
    heard = [screen.last_s for _, screen in dark if screen.last_s is not None]
    on_wheels = [venue.venue.kind in VEHICLES for venue, _ in dark]
    only = bool(dark) and all(on_wheels)
    return Dark(len(dark), min(heard, default=None), only, found.now_s)
