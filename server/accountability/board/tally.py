"""The figures of a card, and how those of venues and units add up to it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Literal, NamedTuple

from server.gateway.status.screen_states import SCREEN_STATES

CoverageState = Literal["reached", "pending", "not_reached", "attested", "unattested"]


class Plays(NamedTuple):
    """Expected, confirmed and not yet reported plays until now.

    `owed` are the expected plays without pre-empted and excused ones.
    """

    expected: int = 0
    confirmed: int = 0
    pending: int = 0
    owed: int = 0


@dataclass(slots=True)
class Tally:
    """Counts over some venues: by access, by screens' states, by coverage, of plays today."""

    player: int = 0
    manual: int = 0
    none: int = 0
    should: int = 0
    reached: int = 0
    attested: int = 0
    online: int = 0
    late: int = 0
    dark: int = 0
    idle: int = 0
    paused: int = 0
    never_seen: int = 0
    incidents: int = 0
    expected: int = 0
    confirmed: int = 0
    pending: int = 0
    owed: int = 0

    @property
    def venues(self) -> int:
        """All of them."""
        return self.player + self.manual + self.none

    @property
    def screens(self) -> int:
        """All screens in service."""
        return sum(getattr(self, state) for state in SCREEN_STATES)

    @property
    def coverage(self) -> float | None:
        """Venues reached by proof of plays, of those that should be; None if none should."""
        return self.reached / self.should if self.should else None

    @property
    def delivery(self) -> float | None:
        """Confirmed plays as a share of `owed`, as in reports; None if `owed` is 0."""
        return self.confirmed / self.owed if self.owed > 0 else None

    def count(self, name: str, by: int = 1) -> None:
        """So many more of one figure."""
        setattr(self, name, getattr(self, name) + by)

    def add(self, other: "Tally") -> None:
        """Take in the figures of others."""
        for one in fields(self):
            self.count(one.name, getattr(other, one.name))

    def add_plays(self, plays: Plays) -> None:
        """Take in the plays of a unit."""
        self.expected += plays.expected
        self.confirmed += plays.confirmed
        self.pending += plays.pending
        self.owed += plays.owed

    @property
    def badness(self) -> tuple[int, int, float]:
        """Sorts the worst first: dark screens, open incidents, the lowest coverage."""
        coverage = 1.0 if self.coverage is None else self.coverage
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
