"""Signs statements for players with pins (docs/protocol.md 1 and 4).

A player with pins only accepts a credential, keys, a plan, displayed words or the code of its page
with a statement signed by a pinned key: the current one, or a former one while it is kept for
hand-overs.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from sqlalchemy import select

from server.foundation.core import Core
from server.foundation.crypto.signing import Signer
from server.foundation.errors import NotFound
from server.foundation.public_ids import number, public
from server.inventory.enrolment.rebinding import Rebinding
from server.publishing.assignments.signing_keys import Keyring
from server.publishing.models import Assignment


class Vouchers:
    """Makes statements with the keys at hand."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def state(self, asked: Rebinding, screen_id: int) -> dict[str, Any]:
        """`{"statement", "kid", "signature"}`: the player of `asked` is this screen's from now."""
        core = self._core
        statement = {
            "format": 1,
            "screen": public("screen", screen_id),
            "former": asked.screen,
            "nonce": asked.nonce,
            "keys": core.signer.public_keys(),
            "issued_at": core.clock.now_ms(),
        }
        return _signed(statement, self._signer(asked.kids or self._trusted(asked.screen)))

    def sign(self, screen_id: int, **words: Any) -> dict[str, Any]:
        """Sign other statements for this screen."""
        screen = public("screen", screen_id)
        statement = {"format": 1, "screen": screen, **words, "issued_at": self._core.clock.now_ms()}
        return _signed(statement, self._signer(self._trusted(screen)))

    def _signer(self, trusted: Iterable[str]) -> Signer:
        """The first available key of those that a player trusts, else the current one."""
        ring = Keyring(self._core)
        for kid in trusted:
            found = ring.current if kid == ring.kid else ring.former(kid)
            if found is not None:
                return found
        return ring.current

    def _trusted(self, screen: str) -> Iterable[str]:
        """The player's pins as recorded by this server; empty if it never had that screen."""
        try:
            screen_id = number("screen", screen)
        except NotFound:
            return ()
        with self._core.config.read() as session:
            query = select(Assignment.pinned).where(Assignment.screen_id == screen_id)
            return session.scalars(query).all()


def _signed(statement: Mapping[str, Any], signer: Signer) -> dict[str, Any]:
    text = orjson.dumps(statement).decode()
    return {"statement": text, "kid": signer.kid, "signature": signer.sign(text)}
