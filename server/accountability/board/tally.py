"""The figures of a card, and how those of venues and units add up to it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from server.accountability.coverage.figures import Figures as Coverage
from server.gateway.status.screen_states import SCREEN_STATES
from server.reporting.delivery.figures import Figures

COUNTED: Final = ("player", "manual", "none", *SCREEN_STATES, "incidents")


@dataclass(slots=True)
class Tally:
    """Counts over some venues: by access, by screens' states; their coverage and plays today are
    those of the ledger and the report, which work out the shares.
    """

    player: int = 0
    manual: int = 0
    none: int = 0
    online: int = 0
    late: int = 0
    dark: int = 0
    idle: int = 0
    paused: int = 0
    never_seen: int = 0
    incidents: int = 0
    covered: Coverage = field(default_factory=Coverage)
    plays: Figures = field(default_factory=Figures)

    @property
    def venues(self) -> int:
        """All of them."""
        return self.player + self.manual + self.none

    @property
    def screens(self) -> int:
        """All screens in service."""
        return sum(getattr(self, state) for state in SCREEN_STATES)

    def count(self, name: str, by: int = 1) -> None:
        """Add to one figure."""
        setattr(self, name, getattr(self, name) + by)

    def add(self, other: "Tally") -> None:
        """Take in the figures of others."""
        for name in COUNTED:
            self.count(name, getattr(other, name))
        self.covered.add(other.covered)
        self.plays.add(other.plays)

    @property
    def badness(self) -> tuple[int, int, float]:
        """Sorts the worst first: dark screens, open incidents, the lowest coverage."""
        coverage = self.covered.coverage
        coverage = 1.0 if coverage is None else coverage
        return -self.dark, -self.incidents, coverage


@dataclass(slots=True)
class Node:
    """A unit of the tree with the figures of all below it; `own` are those of no unit below."""

    id: int
    name: str
    path: str
    leader: str = ""
    contact: str = ""
    tally: Tally = field(default_factory=Tally)
    below: int = 0


def summed(tallies: Iterable[Tally]) -> Tally:
    """All of them together."""
    whole = Tally()
    for one in tallies:
        whole.add(one)
    return whole
