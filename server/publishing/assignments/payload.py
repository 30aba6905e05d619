"""The text of an assignment (docs/protocol.md, part 2)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
import orjson

from server.foundation.public_ids import LETTERS

FORMAT: Final = 1
VALID_MS: Final = 30 * 86_400_000

# Put together by hand, as thousands differ in no more than a few numbers.
_TEXT: Final = (
    f'{{"format":{FORMAT},"screen":"{LETTERS["screen"]}_%d","version":%d,"manifest":"%s",'
    '"activate_at":%d,"issued_at":%d,"expires_at":%d,"takeover":%s%s}'
)


class Order(msgspec.Struct, frozen=True, gc=False):
    """The content of one version for one screen; instants in ms UTC.

    `manifest` is a digest, `takeover` serialized JSON, `more` the rest as from `more_of`.
    """

    screen_id: int
    version: int
    manifest: str
    activate_at: int
    issued_at: int
    takeover: str | None = None
    more: str = ""

    @property
    def expires_at(self) -> int:
        """When the screen stops believing it."""
        return self.issued_at + VALID_MS

    def text(self) -> str:
        """The JSON text to be signed; empty members are left out."""
        issued_at = self.issued_at
        return _TEXT % (
            self.screen_id,
            self.version,
            self.manifest,
            self.activate_at,
            issued_at,
            issued_at + VALID_MS,
            self.takeover or "null",
            self.more,
        )


def more_of(
    revoked: Sequence[str] = (),
    keys: Sequence[Mapping[str, str]] | None = None,
    metered: Mapping[str, Any] | None = None,
    pause: Mapping[str, Any] | None = None,
) -> str:
    """The rest of an order, which most have nothing of: with a comma before it, or empty."""
    members = {"revoked": revoked, "keys": keys, "metered": metered, "pause": pause}
    wire = {name: value for name, value in members.items() if value}
    return "," + orjson.dumps(wire).decode()[1:-1] if wire else ""
