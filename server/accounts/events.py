"""What happened to units, told after commit to the features above."""

from dataclasses import dataclass


@dataclass(frozen=True)
class UnitMoved:
    """A unit has another parent: everything below it may be selected differently."""

    unit_id: int
