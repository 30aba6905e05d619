"""What the server knows of a screen, against which its plays are held."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Tenure:
    """A manifest is on air at a screen in [from_ms, until_ms); None: until the next.

    `reported` is false as long as the screen has not said that it switched.
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
    """Where a screen stands; numbers are row numbers, 0 for none."""

    venue: int
    unit: int
    territory: int
    venue_kind: str
    line: int


@dataclass(frozen=True, slots=True)
class ScreenContext:
    """All that a verdict depends on beside the plays themselves and the manifests.

    `key` is the screen's own public key (a JWK), if its player gave one.
    """

    screen: int
    enrolled_ms: int
    place: Place
    tenures: tuple[Tenure, ...] = ()
    takeovers: tuple[TakeoverWindow, ...] = ()
    key: Mapping[str, Any] | None = field(default=None, hash=False)


def tolerated(tenures: Sequence[Tenure], manifest: str) -> Iterator[tuple[int, int | None]]:
    """When plays of a manifest are right: until the screen has *said* that it switched."""
    for index, tenure in enumerate(tenures):
        if tenure.manifest == manifest:
            reported = next((later for later in tenures[index + 1 :] if later.reported), None)
            yield tenure.from_ms, tenures[-1].until_ms if reported is None else reported.from_ms
