"""Where a venue stands in a stretch of days: by plays, by attestations, or without a screen."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from server.coverage.attested import Credits
from server.coverage.days import Judged
from server.coverage.figures import State
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

    def within(self, days: Sequence[date]) -> "Evidence":
        """The same of fewer days."""
        return replace(self, days=days)

    def standings(self, venues: Iterable[LedgerVenue]) -> list[Standing]:
        """Where each venue stands."""
        owed, met, could = (self._counted(name) for name in ("owed", "met", "could"))
        found = []
        for venue in venues:
            if venue.access == "player":
                counts = (owed[venue.id], met[venue.id], could[venue.id])
                found.append(self._online(venue, *counts))
            elif venue.access == "manual":
                found.append(self._manual(venue))
            else:
                found.append(Standing(venue, "without_screen", 0, 0))
        return found

    def _counted(self, name: str) -> Counter[int]:
        counts: Counter[int] = Counter()
        for day in self.days:
            counts.update(getattr(self.judged.get(day.toordinal(), NOTHING), name))
        return counts

    def _online(self, venue: LedgerVenue, days: int, met: int, could: int) -> Standing:
        state: State = "not_reached"
        if self._is_enough(met, days):
            state = "reached"
        elif self._is_enough(could, days):
            state = "pending"
        elif days == 0 and not self._open_days(venue):
            state = "closed"
        return Standing(venue, state, days, met)

    def _manual(self, venue: LedgerVenue) -> Standing:
        days = self._open_days(venue)
        credited = self.credited.get(venue.id, {})
        met = sum((credited.get(day, Fraction(0)) for day in days), Fraction(0))
        state: State = "attested" if self._is_enough(met, len(days)) else "unattested"
        return Standing(venue, state if days else "closed", len(days), met)

    def _open_days(self, venue: LedgerVenue) -> list[date]:
        hours = self.hours.get(venue.id)
        return [day for day in self.days if hours is None or hours.on(day)]

    def _is_enough(self, met: Fraction | int, days: int) -> bool:
        return days > 0 and met * self.share.denominator >= self.share.numerator * days
