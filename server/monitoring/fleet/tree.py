"""The fleet's tree: branches, venues and screens with their figures."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import chain
from typing import Final, Literal, Protocol

import msgspec

from server.monitoring.availability.distribution import Member, Spread, spread
from server.monitoring.availability.packed_records import (
    Record,
    member,
    record_of,
    sum_of_records,
    summed,
)
from server.monitoring.availability.rates import Rate
from server.monitoring.fleet import queries as reading
from server.monitoring.fleet.placement_history import counts
from server.monitoring.fleet.status import DARK, STATES, State

Shade = Literal["none", "unknown", "excused", "down", "partly", "impaired", "up"]
SEVERITY: Final[Mapping[str, int]] = {state: place for place, state in enumerate(STATES)}
WHOLE_PCT: Final = 99


class Strips(Protocol):
    """The days of all screens."""

    def strip(self, screens: Sequence["ScreenNode"]) -> list[Record]:
        """The sums of each day over some screens."""


class ScreenNode(msgspec.Struct, frozen=True, gc=False):
    """A screen: current state, last contact (s), and its days.

    `total` and `today` are numbers of records (packed_records.py); `today` is 0 if it isn't in
    range. `member`: monitored and up seconds of the total. `ahead_s`: today's operating seconds
    still to come, which are no outage. `there`: the days that count, None for all; `is_gone`: it
    has left this place.
    """

    # Not a dataclass: one fleet page has 10,000 of them.
    id: int
    name: str
    venue: int
    state: State
    last_s: int | None
    total: int
    member: Member
    today: int
    ahead_s: int
    seen: "Strips"
    there: Sequence[range] | None = None
    is_gone: bool = False

    def counts(self, day: int) -> bool:
        """Whether a day counts for this place and is visible to the person."""
        return counts(self.there, day)

    @property
    def record(self) -> Record:
        """The seconds of all days."""
        return record_of(self.total)

    @property
    def uptime_pct(self) -> float | None:
        """Link availability over all days."""
        monitored, up = self.member
        return Rate(up, monitored).pct

    def strip(self) -> list[Record]:
        """The figures of each day."""
        return self.seen.strip([self])


@dataclass(frozen=True)
class VenueNode:
    """A venue or vehicle with its screens, the worst first."""

    venue: reading.VenueRow
    screens: Sequence[ScreenNode]

    @cached_property
    def record(self) -> Record:
        """The seconds of all its screens."""
        return _sum(self.screens)

    @property
    def state(self) -> State:
        """That of its worst screen."""
        return self.screens[0].state

    @property
    def last_s(self) -> int | None:
        """Last contact of its worst screen, s."""
        return self.screens[0].last_s


@dataclass(frozen=True)
class Branch:
    """A line or a unit (0: none) with its venues, the worst first.

    Its figures include days of screens that have left or were retired since (`left`).
    """

    id: int
    name: str
    days: range
    venues: Sequence[VenueNode]
    target_pct: Fraction
    left: Sequence[ScreenNode] = ()

    @cached_property
    def screens(self) -> Sequence[ScreenNode]:
        """All screens that are there now."""
        return [screen for venue in self.venues for screen in venue.screens]

    @cached_property
    def counted(self) -> Sequence[ScreenNode]:
        """All screens that the figures include."""
        return [*self.screens, *self.left] if self.left else self.screens

    @cached_property
    def record(self) -> Record:
        """The seconds of all screens."""
        return _sum(self.counted)

    @cached_property
    def ahead_s(self) -> int:
        """Operating seconds still to come today."""
        return sum(one.ahead_s for one in self.counted)

    @cached_property
    def spread(self) -> Spread:
        """The distribution of its screens."""
        return spread([one.member for one in self.counted], self.target_pct)

    @cached_property
    def states(self) -> Mapping[State, int]:
        """Number of screens by state."""
        return _states(self.screens)

    def strip(self) -> list[Record]:
        """The sums of each day."""
        return self.counted[0].seen.strip(self.counted)


@dataclass(frozen=True)
class Fleet:
    """The whole fleet: states at `now_s`, figures until `as_of_s`, by the job's last pass.

    Both are on the same day; 0 without data. `lines`: names by number. `left`: screens that left
    lines or units which have none any more; they count as well.
    """

    now_s: int
    as_of_s: int
    days: range
    branches: Sequence[Branch]
    target_pct: Fraction
    lines: Mapping[int, str]
    left: Sequence[ScreenNode] = ()

    @cached_property
    def record(self) -> Record:
        """The seconds of all screens."""
        return summed([_sum(self.left), *(branch.record for branch in self.branches)])

    @property
    def ahead_s(self) -> int:
        """Operating seconds still to come today."""
        left_s = sum(one.ahead_s for one in self.left)
        return left_s + sum(branch.ahead_s for branch in self.branches)

    @cached_property
    def spread(self) -> Spread:
        """The distribution of all screens, each counted once across its places."""
        if not self.left and not any(branch.left for branch in self.branches):
            return spread([one.member for one in self._counted()], self.target_pct)
        found: defaultdict[int, int] = defaultdict(int)
        for one in self._counted():
            found[one.id] += one.total
        return spread(map(member, found.values()), self.target_pct)

    @cached_property
    def watched(self) -> tuple[int, int]:
        """Number of screens included in the rates, and of present ones that are not.

        The latter are not bound yet, or have no monitored time.
        """
        found = {one.id for one in self._counted() if one.member[0]}
        here = chain.from_iterable(branch.screens for branch in self.branches)
        return len(found), len({one.id for one in here} - found)

    def _counted(self) -> Iterator[ScreenNode]:
        return chain(chain.from_iterable(one.counted for one in self.branches), self.left)

    @cached_property
    def states(self) -> Mapping[State, int]:
        """Number of screens by state."""
        return _states(chain.from_iterable(branch.screens for branch in self.branches))

    @property
    def dark(self) -> Iterator[tuple[VenueNode, ScreenNode]]:
        """Screens on duty without contact since `last_s`: worst state, then longest first."""
        found = [
            (venue, screen)
            for branch in self.branches
            for venue in branch.venues
            for screen in venue.screens
            if screen.state in DARK
        ]
        return iter(sorted(found, key=lambda pair: badness(pair[1])))


def shade(record: Record) -> Shade:
    """The shade of a stretch of a strip; time that can't be judged is neither up nor down."""
    if record.operating == 0:
        return "none"
    if record.excused == record.operating:
        return "excused"
    if record.monitored == 0:
        return "unknown"
    if 100 * record.up < WHOLE_PCT * record.monitored:
        return "partly" if record.up else "down"
    return "impaired" if 2 * record.impaired > record.up else "up"


def badness(screen: ScreenNode) -> tuple[int, int, int, int]:
    """Sort key, worst first: by state, then longest silence, then lowest figure."""
    monitored, up = screen.member
    share = 10_000 * up // monitored if monitored else 10_000
    # Among screens in contact the age of the last heartbeat doesn't matter.
    silent = screen.last_s or 0 if screen.state in DARK else 0
    return SEVERITY[screen.state], silent, share, screen.id


def _sum(screens: Sequence[ScreenNode]) -> Record:
    return sum_of_records([one.total for one in screens])


def _states(screens: Iterable[ScreenNode]) -> Mapping[State, int]:
    return Counter([screen.state for screen in screens])
