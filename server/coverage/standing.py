"""Where a venue stands in a stretch of days: by plays, by attestations, or without a screen."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from server.coverage.attested import Credits
from server.coverage.days import Judged
from server.coverage.figures import Figures, State, summed
from server.coverage.venues import LedgerVenue
from server.venues.open_days import DaysOpen

NOTHING = Judged()


@dataclass(frozen=True, slots=True)
class Standing:
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
            figures = summed(one.state for one in (*idle, *map(alone._other, others)))
            figures.count("reached", len(judged.met & mine))
            figures.count("pending", len(could - judged.met))
            figures.count("not_reached", len(owed - could))
            yield day, figures

    def standings(self, venues: Iterable[LedgerVenue]) -> list[Standing]:
        """Where each venue stands."""
        counted = [self._counted(name) for name in ("owed", "met", "could", "exempt")]
        return [
            self._online(venue, *(days[venue.id] for days in counted))
            if venue.access == "player"
            else self._other(venue)
            for venue in venues
        ]

    def _counted(self, name: str) -> Counter[int]:
        counts: Counter[int] = Counter()
        for day in self.days:
            counts.update(getattr(self.judged.get(day.toordinal(), NOTHING), name))
        return counts

    def _online(self, venue: LedgerVenue, days: int, met: int, could: int, exempt: int) -> Standing:
        state: State = "not_reached"
        if self._is_enough(met, days):
            state = "reached"
        elif self._is_enough(could, days):
            state = "pending"
        elif days == 0 and exempt:
            state = "exempt"
        elif days == 0 and not self._open_days(venue):
            state = "closed"
        return Standing(venue, state, days, met)

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
