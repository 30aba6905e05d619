"""Bars below each other, the worst first: each a small drawing beside its name and its figure."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from server.web.charts.columns import Layer
from server.web.charts.marks import joined, line, rect


@dataclass(frozen=True, slots=True)
class RankedBar:
    """A line of the ranking: `text` is its figure, `note` small beside it."""

    name: str
    text: str
    drawing: Markup
    href: str | None = None
    note: str = ""
    is_low: bool = False


def bar(layers: Sequence[Layer], length: float, target: float | None = None) -> Markup:
    """A bar with its layers side by side, and a mark at the target share."""
    shapes, x = [rect("rest", 0, 0, 1, 1)], 0.0
    for layer in layers:
        width = layer.value / length if length else 0
        if width > 0:
            shapes.append(rect(layer.tone, x, 0, width, 1))
            x += width
    if target is not None:
        shapes.append(line("target", target, 0, target, 1))
    return joined(shapes)
