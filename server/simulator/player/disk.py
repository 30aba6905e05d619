"""The persistent state of a player; survives crashes, and as JSON the process."""

import secrets
from dataclasses import dataclass, field
from typing import Any

import msgspec

from server.simulator.player.clock import ClockNote, Kept
from server.simulator.wire.protocol import VERSION, Json


@dataclass(slots=True)
class Play:
    """One play; `open` while it is displayed, or was at a power cut."""

    seq: int
    manifest: str | None
    segment: int
    cycle: int
    slot: int
    asset: str
    start_ms: int
    shown_ms: int
    expected_ms: int
    state: int
    cause: int
    error: str | None
    clock: ClockNote | None
    era: int
    wall_ms: int
    open: bool = False


@dataclass(slots=True)
class Boot:
    """One run of the player; `plays` are those after `kept`, acknowledged up to `acked`.

    `head`: the hash chain after `acked`; `kept_head`: after `kept`; None if unavailable.
    """

    boot: str
    acked: int = 0
    kept: int = 0
    head: bytes | None = None
    kept_head: bytes | None = None
    lost: tuple[int, int, str] | None = None
    plays: list[Play] = field(default_factory=list)

    def after(self, seq: int, most: int) -> list[Play]:
        """Plays after a number, in order."""
        skip = seq - self.kept
        return self.plays[skip : skip + most]

    def drop(self, upto: int) -> None:
        """Drop plays up to a number."""
        del self.plays[: upto - self.kept]
        self.kept = upto

    @property
    def waiting(self) -> int:
        """Number of undelivered plays."""
        return self.kept + len(self.plays) - self.acked


@dataclass(slots=True)
class Credential:
    """The result of binding: `keys` are the pins (JWK)."""

    token: str
    screen: str
    keys: list[Json]


@dataclass(slots=True)
class KeptPlan:
    """A manifest's text by its name."""

    digest: str
    text: str


@dataclass(slots=True)
class Disk:
    """The whole disk.

    `player`: the installed release; `gave_up`: one that never got to playing; `box`: the secret by
    which a server identifies this box.
    """

    credential: Credential | None = None
    accepted: str | None = None
    current: KeptPlan | None = None
    switched: Json | None = None
    on_air_since: Json | None = None
    clock: Kept | None = None
    incidents: list[Json] = field(default_factory=list)
    boots: list[Boot] = field(default_factory=list)
    volume: float = 0.0
    player: str = VERSION
    gave_up: str = ""
    box: str = field(default_factory=lambda: secrets.token_urlsafe(16))

    def written(self) -> bytes:
        """As JSON."""
        return msgspec.json.encode(self)

    @staticmethod
    def read(text: bytes) -> "Disk":
        """Parse a disk. Raises msgspec.DecodeError."""
        return msgspec.json.decode(text, type=Disk)

    def adopt(self, credential: Credential) -> None:
        """Adopt a new binding: another screen starts without this one's assignment and plays."""
        former, self.credential = self.credential, credential
        if former is None or former.screen != credential.screen:
            self.accepted, self.current, self.boots = None, None, []
            self.switched, self.on_air_since = None, None

    def note(self, code: str, detail: str = "") -> None:
        """Count an incident until it is delivered."""
        for one in self.incidents:
            if (one["code"], one["detail"]) == (code, detail):
                one["count"] += 1
                return
        if len(self.incidents) < 50:
            self.incidents.append({"code": code, "detail": detail[:200], "count": 1})

    def forget(self, sent: list[dict[str, Any]]) -> None:
        """Drop delivered incidents."""
        for report in sent:
            for one in self.incidents:
                if (one["code"], one["detail"]) == (report["code"], report["detail"]):
                    one["count"] -= report["count"]
        self.incidents = [one for one in self.incidents if one["count"] > 0]
