"""A player that holds pins is bound again only by proof: what it asks with, and who answers it."""

from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class Rebinding:
    """What a player that was bound before says: `screen` is the id that it goes by until now.

    `nonce` is 32 random bytes in base64url, made for this asking; `kids` the keys that it has
    pinned, if it names them.
    """

    screen: str
    nonce: str
    kids: tuple[str, ...] = ()


class Vouching(Protocol):
    """Who signs that a screen is bound anew. A feature above does, as keys are kept there."""

    def state(self, asked: Rebinding, screen_id: int) -> dict[str, Any]:
        """`{"statement", "kid", "signature"}` for the screen that the player has become."""
        ...
