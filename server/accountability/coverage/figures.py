"""The figures of a line of the ledger: each venue is in exactly one state."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal, get_args

State = Literal[
    "reached",
    "pending",
    "not_reached",
    "attested",
    "unattested",
    "without_screen",
    "closed",
    "exempt",
]
OUTSIDE: Final[tuple[State, ...]] = ("closed", "exempt")
"""States that are left out: closed all the time, or wholly excused."""
STATES: Final[tuple[State, ...]] = tuple(one for one in get_args(State) if one not in OUTSIDE)
"""These sum to `venues`."""


@dataclass(slots=True)
class Figures:
    """Counts of venues by state.

    Venues with players are `reached`, `pending` (could be reached by late reports) or
    `not_reached`; those reported by hand are `attested` or not; the others have no screen.
    """

    reached: int = 0
    pending: int = 0
    not_reached: int = 0
    attested: int = 0
    unattested: int = 0
    without_screen: int = 0
    closed: int = 0
    exempt: int = 0

    def count(self, state: State, venues: int = 1) -> None:
        """Add venues of a state."""
        setattr(self, state, getattr(self, state) + venues)

    def add(self, other: "Figures") -> None:
        """Take in the venues of others."""
        for state in (*STATES, *OUTSIDE):
            self.count(state, getattr(other, state))

    @property
    def venues(self) -> int:
        """All that should be reached."""
        return sum(getattr(self, state) for state in STATES)

    @property
    def online(self) -> int:
        """Venues with players."""
        return self.reached + self.pending + self.not_reached

    @property
    def manual(self) -> int:
        """Venues reported by hand."""
        return self.attested + self.unattested

    @property
    def coverage(self) -> float | None:
        """Venues reached by proof of plays, of those that should be; None if none should."""
        return self.reached / self.venues if self.venues else None

    @property
    def coverage_with_attested(self) -> float | None:
        """The same with those that are attested by hand."""
        return (self.reached + self.attested) / self.venues if self.venues else None

    def as_json(self) -> dict[str, Any]:
        """The fields of the API."""
        return {
            "venues": self.venues,
            "online": self.online,
            "manual": self.manual,
            **{state: getattr(self, state) for state in (*STATES, *OUTSIDE)},
            "coverage": self.coverage,
            "coverage_with_attested": self.coverage_with_attested,
        }


def summed(states: Iterable[State]) -> Figures:
    """The figures of venues in these states."""
    figures = Figures()
    for state, venues in Counter(states).items():
        figures.count(state, venues)
    return figures


@cache
def figures_of_one(state: State) -> Mapping[str, Any]:
    """The fields of the API for a venue alone."""
    return summed([state]).as_json()
