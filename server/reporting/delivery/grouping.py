"""From a row's day, hour, campaign, placement or cell to the group that it belongs to."""

from collections.abc import Callable
from typing import NamedTuple

from server.reporting.delivery.selection import Selection

GroupKey = int | str | tuple[int, int]


class Where(NamedTuple):
    """A group of the roll-ups; `placement` is 0 where only the cell is known."""

    day: int
    hour: int
    campaign: int
    placement: int
    cell: int


def group_of(selection: Selection) -> Callable[[Where], GroupKey]:
    """The function that finds a row's group."""
    spots, cells = selection.spots, selection.cells
    finders: dict[str, Callable[[Where], GroupKey]] = {
        "campaign": lambda where: where.campaign,
        "day": lambda where: where.day,
        "hour": lambda where: (where.day, where.hour),
        "screen_day": lambda where: (where.day, where.placement),
        "venue_campaign": lambda where: (spots[where.placement].venue, where.campaign),
        "screen": lambda where: spots[where.placement].screen,
        "venue": lambda where: spots[where.placement].venue,
        "unit": lambda where: cells[where.cell].unit,
        "territory": lambda where: cells[where.cell].territory,
        "venue_kind": lambda where: cells[where.cell].venue_kind,
        "line": lambda where: cells[where.cell].line,
    }
    return finders[selection.group_by]
