"""How many screens are dark now, as the overview says it."""

from collections.abc import Hashable
from typing import Any, Final

from server.accounts.guards import actor
from server.core import Core
from server.playback.parts import Playback
from server.reports.uptime_view import ANY_DARK, href
from server.reports.uptime_words import since_text
from server.uptime.fleet import Fleet, FleetQuery, fleet
from server.venues.kinds import VEHICLES
from server.web.reading import today

KEPT_MS: Final = 20_000
MOST_KEPT: Final = 100


class KnownDark:
    """What the overview of a person said a moment ago: it asks again every ten seconds."""

    def __init__(self) -> None:
        self._found: dict[Hashable, tuple[int, Fleet]] = {}

    def of(self, core: Core, parts: Playback) -> Fleet:
        """The fleet of today in the person's scope, at most 20 s old."""
        key, now_ms, day = actor(), core.clock.now_ms(), today().toordinal()
        at_ms, found = self._found.get(key, (0, None))
        if found is None or not 0 <= now_ms - at_ms < KEPT_MS:
            found = fleet(core, parts, key, FleetQuery(range(day, day + 1), "unit"))
            if len(self._found) >= MOST_KEPT:
                self._found.clear()
            self._found[key] = now_ms, found
        return found


def dark_card(core: Core, parts: Playback) -> dict[str, Any]:
    """How many, since when the longest, and the page that lists them."""
    found = parts.remembered(KnownDark).of(core, parts)
    dark = list(found.dark)
    heard = [screen.last_s for _, screen in dark if screen.last_s is not None]
    on_wheels = any(venue.venue.kind in VEHICLES for venue, _ in dark)
    only = on_wheels and all(venue.venue.kind in VEHICLES for venue, _ in dark)
    wish = {"by": "line" if only else "unit", "state": ANY_DARK}
    return {
        "count": len(dark),
        "heard": bool(heard),
        "since": since_text(min(heard, default=None), found.now_s, core.settings.zone),
        "href": href("/uptime", wish),
    }
