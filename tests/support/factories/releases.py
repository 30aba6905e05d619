"""Releases of the player and screens that take them, in a world whose clock is moved by hand."""

import json
import random
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from server.gateway.connection.desired_builds import DesiredBuilds
from server.gateway.rollouts import service
from server.gateway.rollouts.builds import Build
from server.gateway.rollouts.rounds.controller import Rounds
from server.gateway.rollouts.rounds.telemetry import Notes
from server.gateway.rollouts.runtime import KEY, rounds_of
from server.monitoring.heartbeats.runtime import watch_of
from server.simulator.fleet.box import Box
from server.simulator.fleet.machine import Machine
from server.simulator.player.disk import Credential, Disk
from server.simulator.player.fittings import Fate, Fittings
from server.simulator.wire.inside import inside
from tests.support.app.inventory import BoundScreen, make_screen, make_venue
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.processes.server import ROOT

OLD = "1.0.0+4a31fe5d02"
NEW = "1.0.1+9c07be13a8"
TICK_MS = 10_000
SOON = {
    "rings": [{"screens": 10, "soak_s": 120}, {"percent": 100, "soak_s": 120}],
    "grace_s": 90,
    "listen_s": 0,
}


def build(player: str) -> Build:
    """A player with its version in each of its files."""
    mark = player.rpartition("+")[2]
    return Build(
        player,
        {
            "index.html": f"<title>{player}</title>".encode(),
            "sw.js": f"// {player}".encode(),
            f"player.{mark}.js": f"'{player}'".encode(),
            "player.cccccccccc.css": b"body {}",
        },
    )


@dataclass
class Rollout:
    """A district whose boxes beat every ten seconds and take releases as their fate has it."""

    world: World
    fates: dict[int, Fate] = field(default_factory=dict)
    boxes: dict[int, Box] = field(default_factory=dict)
    screens: list[BoundScreen] = field(default_factory=list)
    away: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        service.register(self.world.core, build(OLD))

    def add(self, count: int) -> "Rollout":
        """So many screens, each in a venue of its own."""
        for _ in range(count):
            venue = make_venue(self.world, name=f"点位 {len(self.screens) + 1}")
            bound = make_screen(self.world, venue=venue, player=OLD)
            self.screens.append(bound)
            self.boxes[bound.id] = self._box(bound)
        return self

    def pass_s(self, seconds: int) -> None:
        """Let time pass: beats, the server's own beat, a round."""
        for _ in range(seconds * 1000 // TICK_MS):
            self.tick()

    def starts_again(self) -> None:
        """Another process serves: what the one before had in memory is gone."""
        rounds = rounds_of(self.world.app)
        for box in self.boxes.values():
            rounds.live.presence.forget(int(box.disk.credential.screen[2:]))  # type: ignore[union-attr] # all are bound
        rounds.live.desired_builds = DesiredBuilds()
        fresh = Rounds(rounds.core, rounds.live, Notes(self.world.clock.now_ms()), rounds.players)
        self.world.app.extensions[KEY] = fresh

    def until(self, holds: Callable[[], bool], within_s: int = 1800) -> None:
        """Let time pass until something is so."""
        for _ in range(within_s * 1000 // TICK_MS):
            if holds():
                return
            self.tick()
        raise AssertionError(self.release())

    def tick(self) -> None:
        """Ten seconds."""
        self.world.clock.forward(TICK_MS)
        for number, box in self.boxes.items():
            if number not in self.away:
                box.step()
                if box.player is not None:
                    box.player.hurry()
                    box.step()
        now_ms = self.world.clock.now_ms()
        watch = watch_of(self.world.app)
        watch.tick(now_ms, now_ms / 1000)
        rounds_of(self.world.app).live.playback.committer.write_companions()
        rounds_of(self.world.app).run_round()

    def release(self, player: str = NEW) -> dict[str, Any]:
        """As the API has it."""
        found = self.admin.get("/api/v1/player-releases").get_json()["items"]
        return next(one for one in found if one["version"] == player)

    def act(self, verb: str, body: Any = None, player: str = NEW, status: int = 200) -> Any:
        """An act of the administrator."""
        path = f"/api/v1/player-releases/{self.release(player)['id']}/{verb}"
        answer = self.admin.post(path, json=body)
        assert answer.status_code == status, answer.text
        return answer.get_json()

    @property
    def admin(self) -> Any:
        """The administrator's browser."""
        return sign_in(self.world, "admin").client

    def runs(self, player: str) -> int:
        """How many boxes run it."""
        return sum(box.disk.player == player for box in self.boxes.values())

    def _box(self, bound: BoundScreen) -> Box:
        link = inside(self.world.app)
        machine = Machine(lambda: float(self.world.clock.now_ms()))
        fittings = Fittings(
            link,
            machine,
            dice=random.Random(bound.id),
            fate=lambda player: self.fates.get(bound.id, "takes") if player == NEW else "takes",
        )
        keys = cast("list[dict[str, Any]]", self.world.core.signer.public_keys())
        disk = Disk(Credential(bound.token, bound.public_id, keys), player=OLD)
        return Box(disk, machine, link, fittings)


def write_build(
    folder: Path,
    version: str,
    *,
    boot_ms: int,
    script: str | None = None,
    doubt_ms: int | None = None,
) -> str:
    """Build a player into a folder as `npm run build` does; what it calls itself."""
    made = {"version": version, "bootMs": boot_ms} | ({"script": script} if script else {})
    made |= {"doubtMs": doubt_ms} if doubt_ms is not None else {}
    program = (
        "import { writeRelease } from './deploy/build/player.mjs';"
        f"await writeRelease({json.dumps(f'{folder}/')}, {json.dumps(made)});"
    )
    command = ["node", "--input-type=module", "-e", program]
    subprocess.run(command, cwd=ROOT, check=True)
    name: str = json.loads((folder / "release.json").read_text())["player"]
    return name
