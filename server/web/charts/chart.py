"""The template context of a chart of any type: title, drawing, and the figures as a table."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from markupsafe import Markup

STEPS: Final = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)


class Tick(NamedTuple):
    """A name under the drawing; a `minor` one gives way where there is little room."""

    name: str
    minor: bool = False


class Cell(NamedTuple):
    """A cell of the table, maybe with where it leads."""

    text: str
    href: str | None = None


class KeyEntry(NamedTuple):
    """An entry of the key: the name of the series that is drawn in the CSS class `tone`."""

    tone: str
    name: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: `sentence` is its title and states its main finding.

    `scale` are the figures at its left from the top down, `ticks` the names below it, `head` and
    `rows` the exact figures as a table, for screen readers and keyboards too.
    """

    sentence: str
    drawing: Markup
    scale: Sequence[str]
    ticks: Sequence[Tick]
    key: Sequence[KeyEntry]
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    right: Sequence[str] = ()
    """Figures at its right, where a line has a scale of its own."""


def round_top(most: float) -> float:
    """The least of some round steps times a power of ten that isn't below the highest figure."""
    if most <= 0:
        return 1
    power = 10.0 ** math.floor(math.log10(most))
    return next(step * power for step in STEPS if step * power >= most)


def thousands(count: float) -> str:
    """A count as people read it on a scale, such as 2,500."""
    return f"{count:,.0f}" if count == int(count) else f"{count:,.1f}"


def scale_of(top: float) -> tuple[str, str, str]:
    """The figures of a scale from zero, the highest first."""
    return thousands(top), thousands(top / 2), "0"
