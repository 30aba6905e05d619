"""The environment of a virtual player: link, clock, shelf, faults."""

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
    """A fixed screen reports no position."""
    return None


@dataclass
class Fittings:
    """A player's environment; `trouble` and `where` make it imperfect, and move.

    `pending_plays`: plays still to come that are not on its disk; `fate`: the outcome of loading a
    release; `enrolment`: parameters of its address.
    """

    link: Link
    time: Time
    shelf: Shelf = field(default_factory=Shelf)
    dice: random.Random = field(default_factory=random.Random)
    size: tuple[int, int] = (1920, 1080)
    trouble: Trouble = no_trouble
    where: Where = nowhere
    pending_plays: Callable[[], int] = lambda: 0
    fate: Callable[[str], Fate] = lambda _player: "takes"
    wake: Callable[[], None] = lambda: None
    enrolment: Enrolment | None = None
