"""Hours of several days one after the other: points for a script that draws them with a cursor,
and paths for the drawing without one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from server.web.charts.chart import KeyEntry


class AxisLine(NamedTuple):
    """A line of the script's drawing: the name of its colour in the styles, None for a gap."""

    name: str
    colour: str
    values: Sequence[float | None]
    is_filled: bool = False


class AxisPath(NamedTuple):
    """A path of the drawing without a script, in a CSS class."""

    tone: str
    path: str


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """`at_s`: when each hour begins; `scale` and `days` are the names beside the server's drawing.

    `sentence` states the main finding, `head` and `rows` are figures as a table, if there are any.
    """

    at_s: Sequence[int]
    lines: Sequence[AxisLine]
    paths: Sequence[AxisPath]
    scale: Sequence[str]
    days: Sequence[str]
    sentence: str = ""
    key: Sequence[KeyEntry] = ()
    head: Sequence[str] = ()
    rows: Sequence[Sequence[Any]] = ()

    @property
    def series(self) -> dict[str, Any]:
        """The points as the script takes them."""
        lines = [
            {"name": one.name, "colour": one.colour, "values": one.values, "filled": one.is_filled}
            for one in self.lines
        ]
        return {"at": self.at_s, "lines": lines}


def days_of(hours: Iterable[datetime]) -> list[str]:
    """The days of these hours as names below the drawing."""
    return [f"{one.month}-{one.day}" for one in sorted({hour.date() for hour in hours})]
