"""The status of a venue over some days: by plays, by attestations, or without a screen."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from server.accountability.coverage.attested_days import Credits
from server.accountability.coverage.day_counts import DayCounts
from server.accountability.coverage.day_rules import NOTHING, Judged
from server.accountability.coverage.figures import Figures, State, summed
from server.accountability.coverage.venues import LedgerVenue
from server.inventory.venues.fields.open_days import DaysOpen


class VenueStatus(NamedTuple):
    """A venue's state; `met` of its `days` count (a share of one where attested in part)."""

    venue: LedgerVenue
    state: State
    days: int
    met: Fraction | int


@dataclass(frozen=True)
class Evidence:
    """The evidence of some days, and the share of its days from which a venue counts.

    `days` are those that have begun. Hours are there for the venues that need them.
    """

    days: Sequence[date]
    judged: Mapping[int, Judged]
    credited: Mapping[int, Credits]
    hours: Mapping[int, DaysOpen]
    share: Fraction
    counts: DayCounts = field(default_factory=DayCounts)

    def of_days(self, venues: Iterable[LedgerVenue]) -> Iterator[tuple[date, Figures]]:
        """The figures of each day on its own; computed by sets, as there are many days."""
        listed = list(venues)
        players = {one.id: one for one in listed if one.access == "player"}
        by_hand = [one.id for one in listed if one.access == "manual"]
        mine = frozenset(players)
        for day in self.days:
            judged = self.judged.get(day.toordinal(), NOTHING)
            expected, could = judged.expected & mine, judged.could & mine
            figures = summed(
                [
                    *(self._idle(number, day, judged) for number in mine - expected),
                    *(self._by_hand(number, day) for number in by_hand),
                ]
            )
            figures.count("without_screen", len(listed) - len(players) - len(by_hand))
            figures.count("reached", len(judged.met & mine))
            figures.count("pending", len(could - judged.met))
            figures.count("not_reached", len(expected - could))
            yield day, figures

    def _idle(self, venue: int, day: date, judged: Judged) -> State:
        """The state of a venue with players that had no expected plays that day."""
        if venue in judged.exempt:
            return "exempt"
        return "not_reached" if self._is_open(venue, day) else "closed"

    def _by_hand(self, venue: int, day: date) -> State:
        if not self._is_open(venue, day):
            return "closed"
        met = self.credited.get(venue, {}).get(day, 0)
        return "attested" if self._is_enough(met, 1) else "unattested"

    def statuses(self, venues: Iterable[LedgerVenue]) -> list[VenueStatus]:
        """The status of each venue."""
        expected, met, could, exempt = self.counts.of(self.days, self.judged)
        states: dict[tuple[int, ...], State] = {}
        found = []
        for venue in venues:
            if venue.access != "player":
                found.append(self._other(venue))
                continue
            key = venue.id
            counts = expected.get(key, 0), met.get(key, 0), could.get(key, 0), exempt.get(key, 0)
            state = states.get(counts)
            if state is None:
                state = self._online(venue, *counts)
                if counts[0]:  # else it depends on the venue's hours
                    states[counts] = state
            found.append(VenueStatus(venue, state, counts[0], counts[1]))
        return found

    def _online(self, venue: LedgerVenue, days: int, met: int, could: int, exempt: int) -> State:
        if self._is_enough(met, days):
            return "reached"
        if self._is_enough(could, days):
            return "pending"
        if days == 0 and exempt:
            return "exempt"
        if days == 0 and not self._open_days(venue):
            return "closed"
        return "not_reached"

    def _other(self, venue: LedgerVenue) -> VenueStatus:
        if venue.access != "manual":
            return VenueStatus(venue, "without_screen", 0, 0)
        days = self._open_days(venue)
        credited = self.credited.get(venue.id, {})
        met = sum((credited[day] for day in days if day in credited), Fraction(0))
        state: State = "attested" if self._is_enough(met, len(days)) else "unattested"
        return VenueStatus(venue, state if days else "closed", len(days), met)

    def _open_days(self, venue: LedgerVenue) -> list[date]:
        return [day for day in self.days if self._is_open(venue.id, day)]

    def _is_open(self, venue: int, day: date) -> bool:
        hours = self.hours.get(venue)
        return hours is None or hours.on(day)

    def _is_enough(self, met: Fraction | int, days: int) -> bool:
        return days > 0 and met * self.share.denominator >= self.share.numerator * days
