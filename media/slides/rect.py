"""Rectangles on a slide, and how they are divided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height

    @property
    def corners(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom, as Pillow wants them."""
        return (self.left, self.top, self.right, self.bottom)

    def inset(self, x: float, y: float | None = None) -> Box:
        """Return the box within margins of x at the sides and y (or x) above and below."""
        down = x if y is None else y
        return Box(self.left + x, self.top + down, self.width - 2 * x, self.height - 2 * down)

    def rows(self, weights: Sequence[float], gap: float = 0) -> list[Box]:
        """Divide it from top to bottom in proportion to the weights."""
        each = (self.height - gap * (len(weights) - 1)) / sum(weights)
        made, top = [], self.top
        for weight in weights:
            made.append(Box(self.left, top, self.width, each * weight))
            top += each * weight + gap
        return made

    def columns(self, weights: Sequence[float], gap: float = 0) -> list[Box]:
        """Divide it from left to right in proportion to the weights."""
        turned = Box(self.top, self.left, self.height, self.width).rows(weights, gap)
        return [Box(part.top, self.top, part.height, self.height) for part in turned]

    def under(self, top: float) -> Box:
        """Return its part under a height."""
        return Box(self.left, top, self.width, self.bottom - top)

    def right_of(self, left: float) -> Box:
        """Return its part to the right of a place."""
        return Box(left, self.top, self.right - left, self.height)


def around(boxes: Sequence[Box]) -> Box:
    """Return the smallest box that holds them all; an empty one for none."""
    if not boxes:
        return Box(0, 0, 0, 0)
    left, top = min(box.left for box in boxes), min(box.top for box in boxes)
    right, bottom = max(box.right for box in boxes), max(box.bottom for box in boxes)
    return Box(left, top, right - left, bottom - top)
