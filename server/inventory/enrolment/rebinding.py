"""Rebinding with proof: the request of a player with pins, and its signer."""

from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class Rebinding:
    """The request of a player that was bound before; `screen`: its current id.

    `nonce`: 32 random bytes in base64url of this request; `kids`: its pinned keys, if sent.
    """

    screen: str
    nonce: str
    kids: tuple[str, ...] = ()


class Vouching(Protocol):
    """Signs rebinding statements. Implemented in a room above, which has the keys."""

    def state(self, asked: Rebinding, screen_id: int) -> dict[str, Any]:
        """`{"statement", "kid", "signature"}` for the screen that the player has become."""
