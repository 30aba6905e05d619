"""A player by docs/protocol.md alone: it plays, hands in by POST, obeys `upto`."""

from dataclasses import dataclass, field
from typing import Any

from playlists.wire.compliance import ExpectedSlot
from tests.support.app.inventory import BoundScreen
from tests.support.app.world import World
from tests.support.plays.on_air import hand_in
from tests.support.plays.plays import UPTIME_MS, Programme, make_batch

MOST = 200


@dataclass
class WirePlayer:
    """One boot of a screen; `keeps`: acknowledged plays are kept and can be sent again."""

    screen: BoundScreen
    programme: Programme
    boot: str = "00000000000000b1"
    keeps: bool = False
    shown: list[tuple[Programme, ExpectedSlot]] = field(default_factory=list)
    acked: int = 0
    oldest: int = 1
    declared: list[tuple[int, int]] = field(default_factory=list)

    def play(self, from_ms: int, until_ms: int) -> None:
        """Show the slots wholly between two instants, each as planned."""
        slots = self.programme.slots(from_ms, until_ms)
        self.shown += [(self.programme, slot) for slot in slots]

    def change_to(self, programme: Programme) -> None:
        """Another plan is on air from now on."""
        self.programme = programme

    def hand_in(self, world: World) -> None:
        """Hand in until the server holds everything; dropped plays are declared."""
        while self.acked < len(self.shown):
            before = self.acked
            upto = self._send(world, self._batch(before + 1))
            if upto < before:
                self._go_back(world, upto)
            else:
                assert upto > before, "no progress"
                self.acked = min(upto, len(self.shown))
                self.oldest = 1 if self.keeps else self.acked + 1

    def beat(self, world: World, **fields: Any) -> int:
        """A sign of life by POST; the newest version that the server has."""
        last, slot = self.shown[-1] if self.shown else (self.programme, None)
        on_air = {"manifest": last.digest, "slot": slot.slot if slot else 0}
        body = {"boot": self.boot, "state": "playing", "on_air": on_air, **fields}
        answer = world.visitor().post("/api/v1/player/beat", json=body, headers=self.screen.headers)
        assert answer.status_code == 200, answer.text
        version: int = answer.get_json()["version"]
        return version

    def report_switched(self, world: World, version: int, at_ms: int) -> None:
        """Report another manifest on air, once."""
        body = {"version": version, "manifest": self.programme.digest, "at": at_ms}
        answer = world.visitor().post(
            "/api/v1/player/switched", json=body, headers=self.screen.headers
        )
        assert answer.status_code == 200, answer.text

    def _batch(self, first: int) -> dict[str, Any]:
        rows = self.shown[first - 1 : first - 1 + MOST]
        same = [slot for programme, slot in rows if programme == rows[0][0]]
        offset_ms = self.shown[0][1].start_ms - UPTIME_MS
        return make_batch(rows[0][0], same, first=first, boot=self.boot, offset_ms=offset_ms)

    def _send(self, world: World, payload: dict[str, Any]) -> int:
        answer = hand_in(world, self.screen, payload)
        assert answer.status_code == 200, answer.text
        upto: int = answer.get_json()["upto"]
        return upto

    def _go_back(self, world: World, upto: int) -> None:
        """The server was restored: send the kept plays again, declare the rest."""
        if upto + 1 < self.oldest:
            gone = (upto + 1, self.oldest - 1)
            self.declared.append(gone)
            lost = {"boot": self.boot, "lost": [[*gone, "acknowledged"]]}
            assert self._send(world, lost) == gone[1]
            upto = gone[1]
        self.acked = upto
