"""The verdict on a day: venues with expected plays, reached ones, and those still pending."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Final, NamedTuple

from server.reporting.delivery.figures import Figures


class Judged(NamedTuple):
    """The venues with expected plays on a day, those reached, and those that still could be.

    `exempt` are those whose expected plays were all excused.
    """

    expected: frozenset[int] = frozenset()
    met: frozenset[int] = frozenset()
    could: frozenset[int] = frozenset()
    exempt: frozenset[int] = frozenset()

    def but(self, venues: frozenset[int], other: "Judged") -> "Judged":
        """The same with the verdicts on some venues taken from another."""
        return Judged(*(mine - venues | its for mine, its in zip(self, other, strict=True)))


NOTHING: Final = Judged()


class Verdict(NamedTuple):
    """The verdict on a screen's day at a venue; without due plays it is neither missed nor lost."""

    due: bool
    missed: bool = False
    lost: bool = False
    excused: bool = False


def verdict_on(partial: Figures, share: Fraction) -> Verdict:
    """Whether a screen's day counts: confirmed plays ÷ due plays is at least `share`."""
    figures = partial.settled()
    due, top, bottom = figures.due, share.numerator, share.denominator
    if due <= 0:
        return Verdict(due=False, excused=figures.excused > 0)
    missed = figures.confirmed * bottom < top * due
    # Plays confirmed in the end are due too, even in excused time.
    best, of_all = figures.confirmed + figures.pending, due + figures.pending_excused
    return Verdict(due=True, missed=missed, lost=best * bottom < top * of_all)


def judged_venues(verdicts: Iterable[tuple[Verdict, Iterable[int]]]) -> Judged:
    """A venue's day counts if the day of each of its screens with expected plays counts.

    Takes each screen's verdict with the venues where it was placed.
    """
    expected: set[int] = set()
    missed: set[int] = set()
    lost: set[int] = set()
    excused: set[int] = set()
    for verdict, venues in verdicts:
        if verdict.due:
            expected.update(venues)
            if verdict.missed:
                missed.update(venues)
            if verdict.lost:
                lost.update(venues)
        elif verdict.excused:
            excused.update(venues)
    counted = (expected, expected - missed, expected - lost, excused - expected)
    return Judged(*map(frozenset, counted))
