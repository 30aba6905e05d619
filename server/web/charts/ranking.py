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


def bar(parts: Sequence[Layer], whole: float, target: float | None = None) -> Markup:
    """A bar whose parts lie beside each other; a mark at the share to reach."""
    shapes, x = [rect("rest", 0, 0, 1, 1)], 0.0
    for part in parts:
        width = part.value / whole if whole else 0
        if width > 0:
            shapes.append(rect(part.tone, x, 0, width, 1))
            x += width
    if target is not None:
        shapes.append(line("target", target, 0, target, 1))
    return joined(shapes)
