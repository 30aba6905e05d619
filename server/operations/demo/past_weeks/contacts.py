"""Contact of the demo's screens in the past weeks, generated from the seed.

Fixed boxes are on day and night, boxes in buses during service. One of nine screens has a silence;
the server has one outage, for a night's maintenance.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from playlists.windows import Span, subtract, union
from server.foundation.durations import MINUTE_S
from server.operations.demo.layout import VEHICLES, Layout
from server.operations.demo.mark import Mark
from server.operations.demo.screen_health import health_of

ONE_IN: Final = 9
OFF_AT_NIGHT: Final = frozenset({"bus"})
"""Taxis are driven in shifts."""
IN_SERVICE: Final = (5 * 60 + 40, 22 * 60 + 20)
"""Minutes of the day at which a bus's box is switched on and off."""
LASTED_MIN: Final = (45, 80, 170, 400, 1_300)
CAUSES: Final = ("power", "network", "box", "panel", "config", "refurbishment")
OURS: Final = (0.45, 2, 50)
"""The server's outage: share of the weeks, hour, minutes."""


@dataclass(frozen=True)
class Silence:
    """The screen with an index had no contact from `from_s` to `until_s` (None: still)."""

    place: int
    from_s: int
    until_s: int | None
    cause: str


@dataclass(frozen=True)
class Contact:
    """The screen with an index had continuous contact from `from_s` to `last_s`."""

    place: int
    from_s: int
    last_s: int


@dataclass(frozen=True)
class Weeks:
    """A demo's past: [from_s, until_s), in its zone."""

    mark: Mark
    zone: ZoneInfo
    layout: Layout

    @property
    def from_s(self) -> int:
        """The first midnight."""
        return self.mark.began_ms // 1000

    @property
    def until_s(self) -> int:
        """The time of the demo's creation."""
        return self.mark.made_ms // 1000

    def at(self, share: float, hour: int, minute: int = 0) -> int:
        """A wall-clock time after a share of the weeks; s since 1970 UTC."""
        day = self.from_s + share * (self.until_s - self.from_s)
        local = datetime.fromtimestamp(day, self.zone)
        found = local.replace(hour=hour, minute=minute, second=0, microsecond=0).timestamp()
        return min(max(int(found), self.from_s), self.until_s - 2 * 3600)

    @property
    def ours(self) -> Span:
        """The server's outage."""
        share, hour, minutes = OURS
        begin_s = self.at(share, hour)
        return begin_s, begin_s + minutes * MINUTE_S

    def silences(self) -> list[Silence]:
        """All silences in order of time."""
        found = [one for place in range(len(self.layout.screens)) for one in self._silent(place)]
        return sorted(found, key=lambda one: one.from_s)

    def contacts(self) -> Iterator[Contact]:
        """Contacts, screen by screen."""
        silent: dict[int, list[Span]] = {}
        for one in self.silences():
            until_s = one.until_s if one.until_s is not None else self.until_s
            silent.setdefault(one.place, []).append((one.from_s, until_s))
        for place in range(len(self.layout.screens)):
            away = [*silent.get(place, ()), self.ours, *self._tunnels(place)]
            for begin_s, end_s in subtract(self._on(place), union(away)):
                yield Contact(place, begin_s, end_s)

    def _silent(self, place: int) -> Iterator[Silence]:
        dice = random.Random(self.mark.wish.seed * 7_919 + place)  # noqa: S311 - no secret
        reported = health_of(self.mark.wish.seed, place, self.mark.made_ms).reported
        if reported < 1:
            yield Silence(place, self.at(reported, 9, 20), None, "box")
        elif place % ONE_IN == 1:
            begin_s = self.at(dice.uniform(0.05, 0.9), dice.randrange(9, 15), dice.randrange(60))
            # For a vehicle that loses contact on its way, hours mean a tunnel or a depot.
            longest = LASTED_MIN[-1:] if self.moves(place) else LASTED_MIN
            end_s = begin_s + dice.choice(longest) * MINUTE_S
            until_s = min(end_s, self.until_s - 3600)
            yield Silence(place, begin_s, max(until_s, begin_s), dice.choice(CAUSES))

    def _on(self, place: int) -> list[Span]:
        """Spans in which its box has power."""
        if self._kind(place) not in OFF_AT_NIGHT:
            return [(self.from_s, self.until_s)]
        return list(self._services())

    def _services(self) -> Iterator[Span]:
        day = datetime.fromtimestamp(self.from_s, self.zone)
        while day.timestamp() < self.until_s:
            begin_s, end_s = (int(day.timestamp()) + 60 * minute for minute in IN_SERVICE)
            if begin_s < self.until_s:
                yield begin_s, min(end_s, self.until_s)
            day += timedelta(days=1)

    def _tunnels(self, place: int) -> Iterator[Span]:
        """Some minutes of each day without signal for a vehicle."""
        dice = random.Random(self.mark.wish.seed * 104_729 + place)  # noqa: S311 - no secret
        for begin_s, end_s in self._services() if self.moves(place) else ():
            at_s = int(dice.uniform(begin_s, end_s))
            yield at_s, at_s + dice.randrange(2, 7) * MINUTE_S

    def moves(self, place: int) -> bool:
        """Whether the screen with an index is in a vehicle."""
        return self._kind(place) in VEHICLES

    def _kind(self, place: int) -> str:
        return self.layout.venues[self.layout.screens[place].venue].kind
