"""What a virtual player is built into: its line, its time, its disk's shelf, and its troubles."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from server.simulator.player.binding import Enrolment
from server.simulator.player.shelf import Shelf
from server.simulator.player.stage import Trouble, no_trouble
from server.simulator.wire.protocol import Json, Link, Time

Where = Callable[[float], Json | None]
Fate = Literal["takes", "ignores", "goes back", "stalls", "dies"]


def nowhere(_now_ms: float) -> Json | None:
    """A screen that stands still needn't say where."""
    return None


@dataclass
class Fittings:
    """What a player is built into; `trouble` and `where` make it less than perfect, and move.

    `owed` is how many plays are still to come that aren't on its disk; `fate` what becomes of a
    box that loads a release; `enrolment` what its address carries.
    """

    link: Link
    time: Time
    shelf: Shelf = field(default_factory=Shelf)
    dice: random.Random = field(default_factory=random.Random)
    size: tuple[int, int] = (1920, 1080)
    trouble: Trouble = no_trouble
    where: Where = nowhere
    owed: Callable[[], int] = lambda: 0
    fate: Callable[[str], Fate] = lambda _player: "takes"
    wake: Callable[[], None] = lambda: None
    enrolment: Enrolment | None = None

    def stalls(self, player: str) -> bool:
        """Whether this release stands still here."""
        return self.fate(player) == "stalls"
