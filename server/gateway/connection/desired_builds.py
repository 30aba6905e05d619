"""The player build that each screen must run, sent in answers to heartbeats.

Kept in memory by the process that holds the sockets, and set by the roll-out controller.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

BUILD: Final = re.compile(r"[0-9A-Za-z.-]{1,28}\+[0-9a-f]{10}")
"""Players that report a build in this form can be updated; others can't."""


def names_build(player: str) -> bool:
    """Whether a player's name is that of a build, such as `1.0.0+4a31fe5d02`."""
    return BUILD.fullmatch(player) is not None


@dataclass
class Wishes:
    """`usual`: the build for all screens without a `special` one; "" for none."""

    usual: str = ""
    special: Mapping[int, str] = field(default_factory=dict)
    _told: dict[int, tuple[str, int]] = field(default_factory=dict)

    def tell(self, screen_id: int, player: str, now_ms: int) -> str | None:
        """The build to send in answer to this player's heartbeat; None without a change."""
        wish = self.special.get(screen_id, self.usual)
        if not wish or not names_build(player):
            return None
        if self._told.get(screen_id, ("", 0))[0] != wish:
            self._told[screen_id] = (wish, now_ms)
        return wish

    def told_since(self, screen_id: int, wish: str) -> int:
        """Since when (ms) the screen has been sent this build; 0 if it hasn't."""
        told, since_ms = self._told.get(screen_id, ("", 0))
        return since_ms if told == wish else 0
