"""A player that lives through changes of the signing key, one message after the other."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from server.app import build_core
from server.foundation.crypto.signing import load_or_make_signer
from server.publishing import queries
from server.publishing.assignments.key_rotation import Request, Rotated, rotate
from server.publishing.assignments.signing_keys import signing_key_path
from server.publishing.models import HandOver
from server.simulator.player.verify import TrustState, judge
from tests.support.app.inventory import BoundScreen
from tests.support.app.world import World
from tests.support.devices.socket_player import beat


@dataclass
class Player:
    """The pinned keys and accepted assignment of a player.

    It polls, and sends its version by beats.
    """

    world: World
    screen: BoundScreen
    pins: list[dict[str, Any]]
    accepted: str | None = None
    refused: list[str] = field(default_factory=list)

    @property
    def version(self) -> int:
        """Of what it accepted last."""
        return int(json.loads(self.accepted or '{"version": 0}')["version"])

    @property
    def trusts(self) -> list[str]:
        """The ids of its pins."""
        return [key["kid"] for key in self.pins]

    def take(self, message: dict[str, Any]) -> None:
        """Judge a message as players do, and follow it."""
        now_ms = self.world.clock.now_ms()
        believer = TrustState(self.screen.public_id, self.accepted, self.pins, now_ms)
        judged = judge(message, believer)
        if judged.reason is not None or judged.order is None:
            self.refused.append(str(judged.reason))
            return
        self.accepted = message["assignment"]
        self.pins = list(judged.order.get("keys") or self.pins)

    def poll(self, etag: str = "") -> str:
        """Ask for the newest assignment; its tag."""
        headers = {**self.screen.headers, **({"If-None-Match": etag} if etag else {})}
        answer = self.world.visitor().get("/api/v1/player/assignment", headers=headers)
        if answer.status_code == 200:
            self.take(answer.get_json())
        return str(answer.headers["ETag"])

    def beat(self) -> int:
        """Send its version in a heartbeat; the version in the answer."""
        body = beat(version=self.version or None)
        answer = self.world.visitor().post(
            "/api/v1/player/beat", json=body, headers=self.screen.headers
        )
        return int(answer.get_json()["version"])

    def live(self) -> None:
        """Two rounds of what it does all day."""
        for _ in range(2):
            self.poll()
            self.beat()


def change(world: World, recovery: Path | None = None, new: Path | None = None) -> Rotated:
    """Change the key of a stopped server and start it again."""
    ask = Request(recovery, new)
    done = rotate(world.core.settings, ask, lambda it: build_core(it, world.clock))
    start(world)
    assert world.core.signer.kid == done.kid
    return done


def start(world: World) -> None:
    """Start the server again, with the keys that are there now."""
    signer = load_or_make_signer(signing_key_path(world.core.settings))
    object.__setattr__(world.core, "signer", signer)


def kids(world: World) -> list[str]:
    """The ids of the keys that screens are to pin."""
    return [key["kid"] for key in world.core.signer.public_keys()]


def waiting(world: World) -> list[HandOver]:
    """Hand-overs that aren't known to be taken."""
    with world.core.config.read() as session:
        return list(session.scalars(select(HandOver).order_by(HandOver.version)))


def newest_kid(world: World, screen: BoundScreen) -> str:
    """Which key has signed the newest order of a screen."""
    with world.core.config.read() as session:
        row = queries.newest(session, screen.id)
        assert row is not None
        return row.kid
