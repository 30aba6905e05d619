"""Curves over time: a line through the counted plays, and one at the requested pace."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from markupsafe import Markup

from server.web.charts.marks import dot, joined, line


class Point(NamedTuple):
    """A place of a curve: how far along the time (0 to 1), and how much."""

    at: float
    value: float


def drawn(
    curve: Sequence[Point], pace: Sequence[Point], top: float, last_day: float | None = None
) -> Markup:
    """The curve over its pace; `last_day` is the place (0 to 1) of a vertical mark, as of today."""
    return joined(
        [
            *(line("grid", 0, y, 1, y) for y in (0, 0.5, 1)),
            *([line("today", last_day, 0, last_day, 1)] if last_day is not None else ()),
            *_through("pace-line", pace, top),
            *_through("rate", curve, top),
            *(dot("rate", one.at, _height(one.value, top)) for one in curve[-1:]),
        ]
    )


def _through(tone: str, points: Sequence[Point], top: float) -> list[Markup]:
    return [
        line(tone, one.at, _height(one.value, top), other.at, _height(other.value, top))
        for one, other in pairwise(points)
    ]


def _height(value: float, top: float) -> float:
    return 1 - min(max(value / top, 0), 1)
