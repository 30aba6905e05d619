"""Virtual players against a world of a test: the server in this process, time moved by hand."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from playlists.wire.compliance import ExpectedSlot, expected_slots
from playlists.wire.manifest import decode
from server.simulator.fleet.box import Box
from server.simulator.fleet.machine import Machine
from server.simulator.fleet.script import Episode
from server.simulator.player.disk import Credential, Disk
from server.simulator.player.fittings import Fittings
from server.simulator.player.shelf import Shelf
from server.simulator.wire.inside import inside
from server.simulator.wire.links import PostLink
from server.simulator.wire.protocol import Answer, NoNetwork
from tests.support.app.inventory import BoundScreen
from tests.support.app.world import World

LONGEST_STEP_MS = 20_000


class LossyLink(PostLink):
    """Delivers everything and loses every n-th answer on the way back."""

    def __init__(self, served: PostLink, every: int) -> None:
        super().__init__(self._deliver)
        self._served = served
        self._every = every
        self._count = 0
        self.lost = 0

    def _deliver(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> Answer:
        answer = self._served.serve(method, path, body, headers)
        self._count += path.endswith("/plays")
        if path.endswith("/plays") and self._count % self._every == 0:
            self.lost += 1
            raise NoNetwork
        return answer


@dataclass
class VirtualScreen:
    """A box with its screen, which lives as the world's clock is moved."""

    world: World
    bound: BoundScreen
    box: Box
    switches: list[dict[str, Any]] = field(default_factory=list)

    def live(self, for_ms: int) -> None:
        """Let time pass, step by step."""
        until_ms = self.world.clock.now_ms() + for_ms
        while self.world.clock.now_ms() < until_ms:
            wait_ms = min(self.box.step(), LONGEST_STEP_MS, until_ms - self.world.clock.now_ms())
            self._note()
            self.world.clock.forward(max(1, int(wait_ms)))
        self.box.step()
        self._note()

    def come_home(self) -> None:
        """Let it hand in all that it has."""
        for _ in range(200):
            self.live(10_000)
            if all(not boot.after(boot.acked, 1) for boot in self.box.disk.boots[:-1]):
                return
        raise AssertionError(self.box.disk.boots)

    def slots(self, until_ms: int) -> list[ExpectedSlot]:
        """By arithmetic alone: the expected plays of the plan that it reported on air."""
        found: list[ExpectedSlot] = []
        for place, switched in enumerate(self.switches):
            ends = [*[one["at"] for one in self.switches], until_ms][place + 1]
            answer = self.world.visitor().get(f"/manifests/{switched['manifest']}")
            found += expected_slots(decode(answer.text), switched["at"], ends)
        return found

    def _note(self) -> None:
        for switch in (self.box.disk.switched, self.box.disk.on_air_since):
            if switch is not None and switch not in self.switches:
                self.switches.append(dict(switch))


def virtual_screen(
    world: World,
    bound: BoundScreen,
    script: Sequence[Episode] = (),
    *,
    seed: int = 1,
    lose_every: int | None = None,
) -> VirtualScreen:
    """A virtual player for a screen of the world, not switched on yet."""
    link: PostLink = inside(world.app)
    if lose_every is not None:
        link = LossyLink(link, lose_every)
    machine = Machine(lambda: float(world.clock.now_ms()))
    fittings = Fittings(link, machine, Shelf(), random.Random(seed))
    keys = cast("list[dict[str, Any]]", world.core.signer.public_keys())
    disk = Disk(Credential(bound.token, bound.public_id, keys))
    return VirtualScreen(world, bound, Box(disk, machine, link, fittings, script))
