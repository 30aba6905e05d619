"""One file of the corpus: how it is made, and what must become of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from media.limits import Limits


@dataclass(frozen=True)
class Scale:
    """How large the corpus is made: small for every day, real for the long form."""

    size: tuple[int, int] = (160, 90)
    seconds: float = 0.4

    @property
    def milliseconds(self) -> int:
        return round(self.seconds * 1000)


SMALL = Scale()
REAL = Scale((1920, 1080), 2.0)


@dataclass(frozen=True)
class Accepted:
    """The expected result of an accepted file.

    Kind, visible size, length (None: a picture) and picture. `shape` changes the size of the scale;
    `coloured`: the four colours of `samples.quadrants` must be the right way up.
    """

    kind: str = "image"
    shape: Callable[[tuple[int, int]], tuple[int, int]] = lambda size: size
    length: Callable[[int], int] | None = None
    within_ms: int = 0
    coloured: bool = True
    tolerance: int = 40


@dataclass(frozen=True)
class Case:
    """A cause, the name under which it is sent, and its verdict: accepted, or codes of refusal."""

    cause: str
    name: str
    make: Callable[[Path, Scale], object]
    verdict: Accepted | frozenset[str]
    limits: Limits = field(default_factory=Limits)


def refused(
    cause: str,
    name: str,
    make: Callable[[Path, Scale], object],
    *codes: str,
    limits: Limits | None = None,
) -> Case:
    """A case that must be refused with one of the codes."""
    return Case(cause, name, make, frozenset(codes), limits or Limits())
