"""The text of an assignment (docs/protocol.md, part 2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from server.ids import public

FORMAT: Final = 1
VALID_MS: Final = 30 * 86_400_000


@dataclass(frozen=True)
class Order:
    """What one version tells one screen; instants in ms UTC."""

    screen_id: int
    version: int
    manifest: str
    activate_at: int
    issued_at: int
    takeover: dict[str, Any] | None = None
    revoked: Sequence[str] = ()
    keys: Sequence[dict[str, str]] | None = None
    metered: dict[str, Any] | None = None
    pause: dict[str, Any] | None = None

    @property
    def expires_at(self) -> int:
        """When the screen stops believing it."""
        return self.issued_at + VALID_MS

    def text(self) -> str:
        """The JSON text that is signed; what is empty is left out."""
        wire: dict[str, Any] = {
            "format": FORMAT,
            "screen": public("screen", self.screen_id),
            "version": self.version,
            "manifest": self.manifest,
            "activate_at": self.activate_at,
            "issued_at": self.issued_at,
            "expires_at": self.expires_at,
            "takeover": self.takeover,
        }
        if self.revoked:
            wire["revoked"] = list(self.revoked)
        if self.keys:
            wire["keys"] = list(self.keys)
        if self.metered:
            wire["metered"] = self.metered
        if self.pause:
            wire["pause"] = self.pause
        return orjson.dumps(wire).decode()
