"""A table of cells in shades: the worse, the darker, so that it prints in grey (in dark mode the
other way round)."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from markupsafe import Markup

from server.web.charts.marks import joined, rect, titled

LIMITS: Final = (0.5, 0.8, 0.9, 0.95, 0.98)
"""From these shares on a cell has the next shade."""
SHADES: Final = (
    ("heat-0", "< 50 %"),
    ("heat-1", "50–80 %"),
    ("heat-2", "80–90 %"),
    ("heat-3", "90–95 %"),
    ("heat-4", "95–98 %"),
    ("heat-5", "≥ 98 %"),
)
"""Their CSS classes and names."""
NOTHING: Final = "heat-none"
PENDING: Final = "t-pending"
"""Hatched: what isn't over has no share yet."""


class HeatCell(NamedTuple):
    """A cell: its CSS class (`shade`, or `PENDING`), its tooltip, its link."""

    tone: str
    title: str
    href: str | None = None


def shade(share: float | None) -> str:
    """The CSS class of a share (0 to 1; None: nothing was expected)."""
    if share is None:
        return NOTHING
    return f"heat-{sum(share >= limit for limit in LIMITS)}"


def drawn(rows: Sequence[Sequence[HeatCell]]) -> Markup:
    """Rows from the top down, all with as many cells."""
    return joined(_cells(rows))


def _cells(rows: Sequence[Sequence[HeatCell]]) -> Iterator[Markup]:
    height = 1 / max(len(rows), 1)
    for line, cells in enumerate(rows):
        width = 1 / max(len(cells), 1)
        for place, cell in enumerate(cells):
            shape = rect(cell.tone, place * width, line * height, width, height)
            yield titled([shape], cell.title, cell.href)
