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
class DesiredBuilds:
    """`usual`: the build for all screens without a `special` one; "" for none."""

    usual: str = ""
    special: Mapping[int, str] = field(default_factory=dict)
    _sent: dict[int, tuple[str, int]] = field(default_factory=dict)

    def build_to_send(self, screen_id: int, player: str, now_ms: int) -> str | None:
        """The build to send in answer to this player's heartbeat; None without a change."""
        build = self.special.get(screen_id, self.usual)
        if not build or not names_build(player):
            return None
        if self._sent.get(screen_id, ("", 0))[0] != build:
            self._sent[screen_id] = (build, now_ms)
        return build

    def sent_since(self, screen_id: int, build: str) -> int:
        """Since when (ms) the screen has been sent this build; 0 if it hasn't."""
        sent, since_ms = self._sent.get(screen_id, ("", 0))
        return since_ms if sent == build else 0
