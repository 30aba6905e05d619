"""Signs for a player that was bound before whose screen it is now (docs/protocol.md 1).

Whatever else a network says, a player that holds pins takes credential, keys and plan only with
such a statement, signed by a key that it has pinned: the current one, or a former one while it is
kept to introduce it.
"""

from collections.abc import Iterable
from typing import Any

import orjson
from sqlalchemy import select

from server.core import Core
from server.errors import NotFound
from server.ids import number, public
from server.loops.keys import Keyring
from server.loops.models import Assignment
from server.screens.rebinding import Rebinding
from server.signing import Signer


class Vouchers:
    """Makes statements with the keys at hand."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def state(self, asked: Rebinding, screen_id: int) -> dict[str, Any]:
        """`{"statement", "kid", "signature"}`: the player of `asked` is this screen's from now."""
        core = self._core
        said = {
            "format": 1,
            "screen": public("screen", screen_id),
            "former": asked.screen,
            "nonce": asked.nonce,
            "keys": core.signer.public_keys(),
            "issued_at": core.clock.now_ms(),
        }
        text, signer = orjson.dumps(said).decode(), self._signer(asked)
        return {"statement": text, "kid": signer.kid, "signature": signer.sign(text)}

    def _signer(self, asked: Rebinding) -> Signer:
        """Of the keys that the player trusts the first at hand; the current one if none is."""
        ring = Keyring(self._core)
        for kid in asked.kids or self._trusted(asked.screen):
            found = ring.current if kid == ring.kid else ring.former(kid)
            if found is not None:
                return found
        return ring.current

    def _trusted(self, screen: str) -> Iterable[str]:
        """What this server knows of the player's pins; nothing if it never had that screen."""
        try:
            screen_id = number("screen", screen)
        except NotFound:
            return ()
        with self._core.config.read() as session:
            query = select(Assignment.pinned).where(Assignment.screen_id == screen_id)
            return session.scalars(query).all()
