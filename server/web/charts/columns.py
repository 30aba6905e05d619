"""Stacked columns over time: an hour or a day each, with lines above and bands behind."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

from markupsafe import Markup

from server.web.charts.chart import round_top
from server.web.charts.marks import dot, joined, line, rect, titled

GAP: Final = 0.16
"""Of a column's room, what stays free between it and the next."""


class Layer(NamedTuple):
    """A segment of a stacked column: its CSS class, and its height in units of the scale."""

    tone: str
    value: float


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `title` is its tooltip; `level` is the value that it should have reached.

    `share` is a point of the line that has a scale of its own, from 0 to 1; None leaves a gap.
    """

    title: str
    parts: tuple[Layer, ...]
    href: str | None = None
    level: float | None = None
    share: float | None = None

    @property
    def height(self) -> float:
        """How high it has to be drawn."""
        return max(sum(part.value for part in self.parts), self.level or 0)


class Band(NamedTuple):
    """A time behind the columns, as shares of the whole width."""

    start: float
    end: float
    title: str


class Shares(NamedTuple):
    """The scale of the line: where it begins (a share), and the share to reach."""

    least: float
    target: float | None


def top_of(columns: Iterable[Column]) -> float:
    """The highest figure of the scale."""
    return round_top(max((one.height for one in columns), default=0))


def drawn(
    columns: Sequence[Column],
    top: float,
    bands: Iterable[Band] = (),
    shares: Shares | None = None,
) -> Markup:
    """The columns from left to right, each as wide as the others."""
    return joined(
        [
            *(line("grid", 0, y, 1, y) for y in (0, 0.5, 1)),
            *(_banded(band) for band in bands),
            *_columns(columns, top),
            *_levels(columns, top),
            *(_line_of(columns, shares) if shares is not None else ()),
        ]
    )


def _banded(band: Band) -> Markup:
    width = max(band.end - band.start, 0.004)
    return titled([rect("band", band.start, 0, width, 1)], band.title)


def _columns(columns: Sequence[Column], top: float) -> Iterator[Markup]:
    room = 1 / max(len(columns), 1)
    for place, column in enumerate(columns):
        shapes = [rect("hit", place * room, 0, room, 1)]
        x, width, y = (place + GAP / 2) * room, room * (1 - GAP), 1.0
        for part in column.parts:
            if part.value > 0:
                height = part.value / top
                y -= height
                shapes.append(rect(part.tone, x, y, width, height))
        yield titled(shapes, column.title, column.href)


def _levels(columns: Sequence[Column], top: float) -> Iterator[Markup]:
    """A line in steps at what each column should have reached."""
    room = 1 / max(len(columns), 1)
    steps = [(place, one.level) for place, one in enumerate(columns) if one.level is not None]
    for place, level in steps:
        y = 1 - level / top
        yield line("level", place * room, y, (place + 1) * room, y)
    for (place, level), (after, following) in pairwise(steps):
        if after == place + 1 and level != following:
            x = after * room
            yield line("level", x, 1 - level / top, x, 1 - following / top)


def _line_of(columns: Sequence[Column], shares: Shares) -> Iterator[Markup]:
    if shares.target is not None and shares.target >= shares.least:
        y = _height(shares.target, shares.least)
        yield line("target", 0, y, 1, y)
    room = 1 / max(len(columns), 1)
    points = [
        (place, (place + 0.5) * room, _height(one.share, shares.least))
        for place, one in enumerate(columns)
        if one.share is not None
    ]
    for (place, x1, y1), (after, x2, y2) in pairwise(points):
        if after == place + 1:
            yield line("rate", x1, y1, x2, y2)
    for _, x, y in points:
        yield dot("rate", x, y)


def _height(share: float, least: float) -> float:
    return 1 - (min(max(share, least), 1) - least) / (1 - least)
