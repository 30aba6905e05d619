"""What `/bin` answers."""

from typing import Literal

from server.foundation.rest.responses import Answered, Instant


class Binned(Answered):
    """A deleted draft; `object` is its public id, which it has again once it is restored."""

    id: str
    kind: Literal["campaign", "playlist", "asset", "line"]
    object: str
    name: str
    deleted_by: str | None
    deleted_at: Instant
    until: Instant


class Bin(Answered):
    """What the person may restore, the newest first."""

    items: list[Binned]


class Restored(Answered):
    """The restored object, under the id that it had."""

    kind: Literal["campaign", "playlist", "asset", "line"]
    id: str
    name: str
