"""Events of units, published after commit for rooms above."""

from dataclasses import dataclass


@dataclass(frozen=True)
class UnitMoved:
    """A unit has another parent: selections by unit may have changed below it."""

    unit_id: int
