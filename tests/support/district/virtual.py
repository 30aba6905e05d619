"""Virtual players: bound by code, fed by HTTP, they hand in what a screen would have shown."""

import json
from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient

from playlists.compliance import expected_slots
from playlists.manifest import decode
from playlists.model import Manifest
from tests.support.clock import HandClock

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
BATCH = 200


def ask_code(player: FlaskClient, size: tuple[int, int]) -> dict[str, Any]:
    """What a player without credentials shows: `user_code`, and `device_code` to ask with."""
    body = {"size": {"width": size[0], "height": size[1]}, "player": "1.0.0"}
    answer = player.post("/api/v1/player/pairing", json=body)
    assert answer.status_code == 201, answer.text
    asked: dict[str, Any] = answer.get_json()
    return asked


def fetch_token(player: FlaskClient, device_code: str) -> str:
    """The token, once a person has entered the code."""
    body = {"grant_type": GRANT, "device_code": device_code}
    answer = player.post("/api/v1/player/token", json=body)
    assert answer.status_code == 200, answer.text
    return str(answer.get_json()["access_token"])


@dataclass
class VirtualPlayer:
    """One screen's player; `boot_ms` is when it was switched on."""

    client: FlaskClient
    clock: HandClock
    screen_id: str
    token: str
    boot_ms: int
    version: int = 0
    digest: str = ""
    plan: Manifest | None = None
    told_until_ms: int = 0
    seq: int = 1
    trouble: dict[int, tuple[int, int]] = field(default_factory=dict)
    """By the number of a play: its state and share shown in per cent, where it went wrong."""

    @property
    def boot(self) -> str:
        """A name of this run of the player."""
        return f"{self.screen_id}-{self.boot_ms}"

    def live(self) -> None:
        """Follow the newest plan, give a sign of life, hand in all plays since the last time."""
        self._hand_in()
        self._follow()
        self.beat()

    def beat(self) -> None:
        """A sign of life, as it is sent every half minute."""
        body = {
            "boot": self.boot,
            "state": "playing",
            "version": self.version,
            "at_mono_ms": self.clock.now_ms() - self.boot_ms,
            "backlog": 0,
            "player": "1.0.0",
        }
        self._post("/api/v1/player/beat", body)

    def _follow(self) -> None:
        answer = self.client.get("/api/v1/player/assignment", headers=self._headers())
        if answer.status_code == 404:
            return
        order = json.loads(answer.get_json()["assignment"])
        self.version = order["version"]
        if order["manifest"] == self.digest:
            return
        self.digest = order["manifest"]
        text = self.client.get(f"/manifests/{self.digest}").text
        self.plan = decode(text)
        now_ms = self.clock.now_ms()
        self.told_until_ms = now_ms
        said = {"version": self.version, "manifest": self.digest, "at": now_ms}
        self._post("/api/v1/player/switched", said)

    def _hand_in(self) -> None:
        if self.plan is None:
            return
        now_ms = self.clock.now_ms()
        slots = list(expected_slots(self.plan, self.told_until_ms, now_ms))
        self.told_until_ms = slots[-1].start_ms + slots[-1].duration_ms if slots else now_ms
        for start in range(0, len(slots), BATCH):
            self._post("/api/v1/player/plays", self._batch(slots[start : start + BATCH]))

    def _batch(self, slots: list[Any]) -> dict[str, Any]:
        assets = sorted({slot.asset for slot in slots})
        first, self.seq = self.seq, self.seq + len(slots)
        faults = [self.trouble.get(first + place, (0, 100)) for place in range(len(slots))]
        return {
            "boot": self.boot,
            "first": first,
            "manifest": self.digest,
            "clock": {"offset_ms": self.boot_ms, "uncertainty_ms": 12},
            "wall_ms": slots[0].start_ms,
            "assets": assets,
            "segment": [slot.segment for slot in slots],
            "cycle": [slot.cycle for slot in slots],
            "slot": [slot.slot for slot in slots],
            "asset": [assets.index(slot.asset) for slot in slots],
            "start_ms": [slot.start_ms - self.boot_ms for slot in slots],
            "shown_ms": [
                slot.duration_ms * share // 100
                for slot, (_, share) in zip(slots, faults, strict=True)
            ],
            "state": [state for state, _ in faults],
            "cause": [0] * len(slots),
            "error": ["decode_error" if state == 2 else None for state, _ in faults],
        }

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def _post(self, path: str, body: Any) -> None:
        answer = self.client.post(path, json=body, headers=self._headers())
        assert answer.status_code == 200, (path, answer.text)
