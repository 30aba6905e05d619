"""The district's screens: virtual players that live whenever the story's clock has moved."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from server.simulator.fleet.box import Box
from server.simulator.fleet.machine import Machine
from server.simulator.player.binding import ask_code, redeem
from server.simulator.player.disk import Disk
from server.simulator.player.fittings import Fittings
from server.simulator.player.player import Player
from server.simulator.wire.inside import inside
from tests.support.app.world import World
from tests.support.district.builds import own_build


@dataclass
class VirtualPlayer:
    """One screen's player; `trouble`: by the number of a play the shown share, and the reason."""

    box: Box
    trouble: dict[int, tuple[float, str | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.box.fittings.trouble = lambda seq: self.trouble.get(seq, (1.0, None))
        self.box.start()

    @property
    def player(self) -> Player:
        """The boot that runs."""
        assert self.box.player is not None
        return self.box.player

    def live(self) -> None:
        """Show the slots due since the last time, hand them in, follow the newest plan, beat."""
        self.box.step()
        self.player.hurry()
        self.box.step()


def bind_player(world: World, size: tuple[int, int], enter: Callable[[str], None]) -> VirtualPlayer:
    """A player that shows a code, which a person enters."""
    link = inside(world.app)
    asked = ask_code(link, size)
    enter(asked["user_code"])
    disk = Disk(redeem(link, asked["device_code"]), player=own_build().name)
    machine = Machine(lambda: float(world.clock.now_ms()))
    fittings = Fittings(link, machine, dice=random.Random(1), size=size)
    return VirtualPlayer(Box(disk, machine, link, fittings))
