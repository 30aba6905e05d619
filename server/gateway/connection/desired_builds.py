"""Which player each screen is to run, as beats are answered with it; since when it was told.

Kept in memory by the process that holds the sockets, written by whoever rolls out releases.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

BUILD: Final = re.compile(r"[0-9A-Za-z.-]{1,28}\+[0-9a-f]{10}")
"""A player that names its build can be told to become another; others have no way to."""


def names_build(player: str) -> bool:
    """Whether a player's name is that of a build, such as `1.0.0+4a31fe5d02`."""
    return BUILD.fullmatch(player) is not None


@dataclass
class Wishes:
    """`usual` is for all screens that `special` says nothing of; empty: nothing is wished."""

    usual: str = ""
    special: Mapping[int, str] = field(default_factory=dict)
    _told: dict[int, tuple[str, int]] = field(default_factory=dict)

    def tell(self, screen_id: int, player: str, now_ms: int) -> str | None:
        """What to answer to a beat of this player; None: nothing."""
        wish = self.special.get(screen_id, self.usual)
        if not wish or not names_build(player):
            return None
        if self._told.get(screen_id, ("", 0))[0] != wish:
            self._told[screen_id] = (wish, now_ms)
        return wish

    def told_since(self, screen_id: int, wish: str) -> int:
        """Since when the screen is told this one (ms); 0: it isn't."""
        told, since_ms = self._told.get(screen_id, ("", 0))
        return since_ms if told == wish else 0
