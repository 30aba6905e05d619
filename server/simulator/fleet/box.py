"""A box at a screen: machine, disk, cable and script; starts and cuts its player."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from server.simulator.fleet.machine import Machine
from server.simulator.fleet.script import Episode, going_on, next_change
from server.simulator.player.disk import Disk
from server.simulator.player.fittings import Fittings
from server.simulator.player.player import Player
from server.simulator.wire.links import PostLink

DARK = frozenset({"off", "crash"})
RELOAD_MS: Final = 100.0


@dataclass
class Box:
    """One screen's box; `step` advances it to now. `dead`: bricked by a release."""

    disk: Disk
    machine: Machine
    cable: PostLink
    fittings: Fittings
    script: Sequence[Episode] = ()
    player: Player | None = None
    dead: bool = False

    def step(self) -> float:
        """Do everything that is due; returns the ms until the next call."""
        now_ms = self.machine.true_ms()
        troubles = going_on(self.script, now_ms)
        rest_ms = next_change(self.script, now_ms) - now_ms
        self.machine.wrong_ms = troubles.get("clock", 0.0)
        self.cable.unplug("offline" in troubles)
        if DARK & troubles.keys() or self.dead:
            self.cut()
            return max(1.0, rest_ms)
        if self.player is None:
            self.start()
        player = self.player
        if player is not None and player.wanted:
            self._load(player.wanted)
            return RELOAD_MS
        return max(1.0, min(rest_ms, player.step())) if player is not None else 1.0

    def _load(self, player: str) -> None:
        """Reload its page, of another release or the same."""
        fate = "takes" if player == self.disk.player else self.fittings.fate(player)
        given_up = player.rpartition("+")[2]
        if self.player is not None and (fate == "ignores" or self.disk.gave_up == given_up):
            self.player.wanted = ""
            return
        self.cut()
        if fate == "goes back":
            self.disk.gave_up = given_up
        else:
            self.disk.player, self.disk.gave_up = player, ""
        self.dead = fate == "dies"

    def start(self) -> None:
        """Switch it on: a new boot."""
        self.machine.switch_on()
        fittings = replace(self.fittings, time=self.machine, link=self.cable, trouble=self._trouble)
        self.player = Player(fittings, self.disk)

    def cut(self) -> None:
        """Cut the power."""
        player, self.player = self.player, None
        if player is not None:
            player.cut()

    def _trouble(self, seq: int) -> tuple[float, str | None]:
        amount = going_on(self.script, self.machine.true_ms()).get("spoil", 0.0)
        if amount and seq % round(amount) == 0:
            return (0.0, "decode_error") if seq % 2 else (0.4, None)
        return self.fittings.trouble(seq)
