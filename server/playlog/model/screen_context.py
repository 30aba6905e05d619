"""The server's record of a screen, against which its plays are judged."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Tenure:
    """A manifest on air at a screen in [from_ms, until_ms); None: until the next tenure.

    `reported` is false until the screen has reported the switch.
    """

    manifest: str
    from_ms: int
    until_ms: int | None = None
    reported: bool = True


@dataclass(frozen=True, slots=True)
class TakeoverWindow:
    """A takeover of `asset` (a digest) is assigned to the screen in [from_ms, until_ms)."""

    asset: str
    from_ms: int
    until_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A screen's location; numbers are row numbers, 0 for none."""

    venue: int
    unit: int
    territory: int
    venue_kind: str
    line: int


@dataclass(frozen=True, slots=True)
class ScreenContext:
    """All inputs of a verdict besides the plays and the manifests.

    `key`: the screen's own public key (a JWK), if its player has one.
    """

    screen: int
    enrolled_ms: int
    place: Place
    tenures: tuple[Tenure, ...] = ()
    takeovers: tuple[TakeoverWindow, ...] = ()
    key: Mapping[str, Any] | None = field(default=None, hash=False)


def tolerated(tenures: Sequence[Tenure], manifest: str) -> Iterator[tuple[int, int | None]]:
    """Spans in which plays of a manifest are accepted: until the screen *reports* a switch."""
    for index, tenure in enumerate(tenures):
        if tenure.manifest == manifest:
            reported = next((later for later in tenures[index + 1 :] if later.reported), None)
            yield tenure.from_ms, tenures[-1].until_ms if reported is None else reported.from_ms
