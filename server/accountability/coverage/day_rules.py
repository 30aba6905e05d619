"""Verdicts on a day: which venues owed anything, whose day counts, whose may once all is told."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, NamedTuple

from server.reporting.delivery.figures import Figures


@dataclass(frozen=True, slots=True)
class Judged:
    """A day's venues that owed anything, whose day counts, and whose may once all is told.

    `exempt` are those that owed nothing because all that was expected of them was excused.
    """

    owed: frozenset[int] = frozenset()
    met: frozenset[int] = frozenset()
    could: frozenset[int] = frozenset()
    exempt: frozenset[int] = frozenset()

    def but(self, venues: frozenset[int], other: "Judged") -> "Judged":
        """The same with the verdicts on some venues taken from another."""
        return Judged(
            (self.owed - venues) | other.owed,
            (self.met - venues) | other.met,
            (self.could - venues) | other.could,
            (self.exempt - venues) | other.exempt,
        )


NOTHING: Final = Judged()


class Verdict(NamedTuple):
    """On a screen's day at a venue; what isn't `owed` is neither missed nor lost."""

    owed: bool
    missed: bool = False
    lost: bool = False
    excused: bool = False


def verdict_on(partial: Figures, share: Fraction) -> Verdict:
    """Whether a screen's day counts, from a share of its owed plays on."""
    figures = partial.settled()
    owed, top, bottom = figures.owed, share.numerator, share.denominator
    if owed <= 0:
        return Verdict(owed=False, excused=figures.excused > 0)
    missed = figures.confirmed * bottom < top * owed
    # What is shown in the end is owed too, also in a time that is excused.
    best, of_all = figures.confirmed + figures.pending, owed + figures.pending_excused
    return Verdict(owed=True, missed=missed, lost=best * bottom < top * of_all)


def judged_venues(verdicts: Iterable[tuple[Verdict, Iterable[int]]]) -> Judged:
    """A venue's day counts if that of each screen does of which anything was owed.

    Verdicts on screens with the venues where these stood: one for each screen.
    """
    owed: set[int] = set()
    missed: set[int] = set()
    lost: set[int] = set()
    excused: set[int] = set()
    for verdict, venues in verdicts:
        if verdict.owed:
            owed.update(venues)
            if verdict.missed:
                missed.update(venues)
            if verdict.lost:
                lost.update(venues)
        elif verdict.excused:
            excused.update(venues)
    counted = (owed, owed - missed, owed - lost, excused - owed)
    return Judged(*map(frozenset, counted))
