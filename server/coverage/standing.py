"""Where a venue stands in a stretch of days: by plays, by attestations, or without a screen."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from server.coverage.attested import Credits
from server.coverage.figures import Figures, State, summed
from server.coverage.venues import LedgerVenue
from server.coverage.verdicts import NOTHING, Judged
from server.venues.open_days import DaysOpen

Counts = tuple[int, int, int, int]
"""Days of a venue with a player: owed, that count, that may once all is told, all excused."""


class Standing(NamedTuple):
    """A venue's state; `met` of its `days` count (a share of one where attested in part)."""

    venue: LedgerVenue
    state: State
    days: int
    met: Fraction | int


@dataclass(frozen=True)
class Evidence:
    """What is known of a stretch of days, and from which share of its days on a venue counts.

    `days` are those that have begun. Hours are there for the venues that need them.
    """

    days: Sequence[date]
    judged: Mapping[int, Judged]
    credited: Mapping[int, Credits]
    hours: Mapping[int, DaysOpen]
    share: Fraction

    def of_days(self, venues: Iterable[LedgerVenue]) -> Iterator[tuple[date, Figures]]:
        """The figures of each day, as if it stood alone; by sets, as there are many days."""
        listed = list(venues)
        players = {one.id: one for one in listed if one.access == "player"}
        others = [one for one in listed if one.access != "player"]
        mine = frozenset(players)
        for day in self.days:
            alone = replace(self, days=[day])
            judged = self.judged.get(day.toordinal(), NOTHING)
            owed, could = judged.owed & mine, judged.could & mine
            exempt = judged.exempt
            idle = (
                alone._online(players[number], 0, 0, 0, int(number in exempt))
                for number in mine - owed
            )
            others_then = [alone._other(one).state for one in others]
            figures = summed([*idle, *others_then])
            figures.count("reached", len(judged.met & mine))
            figures.count("pending", len(could - judged.met))
            figures.count("not_reached", len(owed - could))
            yield day, figures

    def standings(self, venues: Iterable[LedgerVenue]) -> list[Standing]:
        """Where each venue stands."""
        owed, met, could, exempt = map(self._counted, ("owed", "met", "could", "exempt"))
        states: dict[Counts, State] = {}
        found = []
        for venue in venues:
            if venue.access != "player":
                found.append(self._other(venue))
                continue
            key = venue.id
            counts = owed.get(key, 0), met.get(key, 0), could.get(key, 0), exempt.get(key, 0)
            state = states.get(counts)
            if state is None:
                state = self._online(venue, *counts)
                if counts[0]:  # else it depends on the venue's hours
                    states[counts] = state
            found.append(Standing(venue, state, counts[0], counts[1]))
        return found

    def _counted(self, name: str) -> Mapping[int, int]:
        counts: Counter[int] = Counter()
        for day in self.days:
            counts.update(getattr(self.judged.get(day.toordinal(), NOTHING), name))
        return counts

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

    def _other(self, venue: LedgerVenue) -> Standing:
        if venue.access != "manual":
            return Standing(venue, "without_screen", 0, 0)
        days = self._open_days(venue)
        credited = self.credited.get(venue.id, {})
        met = sum((credited[day] for day in days if day in credited), Fraction(0))
        state: State = "attested" if self._is_enough(met, len(days)) else "unattested"
        return Standing(venue, state if days else "closed", len(days), met)

    def _open_days(self, venue: LedgerVenue) -> list[date]:
        hours = self.hours.get(venue.id)
        return [day for day in self.days if hours is None or hours.on(day)]

    def _is_enough(self, met: Fraction | int, days: int) -> bool:
        return days > 0 and met * self.share.denominator >= self.share.numerator * days
