"""The first good order of a loop: each item gets a phase, and all plays are sorted by it."""

from collections import defaultdict
from collections.abc import Sequence

from playlists.rows import Row

GOLDEN_TURN = 0.6180339887498949
PHASES = 24
NEAR_BINS = 4
"""How far a play's airtime is felt by others, in half an average slot."""
OWN_WEIGHT = 4.0
OWN_REACH = 1.5
"""How much more, and over how many ideal gaps of its campaign, a campaign's own plays count."""


Placed = tuple[float, int, int]
"""A play's ideal time (as a part of the loop), its row and its turn."""


def calm_phases(rows: Sequence[Row]) -> list[float]:
    """A phase for each row: play k is wanted at (k + phase) / plays of the loop.

    Rows by falling frequency, campaigns first; each tries 24 golden-turn phases and takes the one
    that meets the least airtime booked near by, where its own campaign's counts more.
    """
    booked = _Bookings(max(2 * sum(row.plays for row in rows), 1), _campaign_plays(rows))
    phases = [0.0] * len(rows)
    for index in sorted(range(len(rows)), key=lambda i: (not rows[i].counted, -rows[i].plays, i)):
        phases[index] = booked.calmest_phase(rows[index])
        booked.add(rows[index], phases[index])
    return phases


def place(rows: Sequence[Row], phases: Sequence[float], only: int | None = None) -> list[Placed]:
    """All plays by their ideal times; with `only`, that row's plays by the one phase given."""
    indices = range(len(rows)) if only is None else [only]
    placed = []
    for index, phase in zip(indices, phases, strict=True):
        plays, turns = rows[index].plays, len(rows[index].durations_ms)
        placed += [((k + phase) / plays, index, k % turns) for k in range(plays)]
    return sorted(placed)


def _campaign_plays(rows: Sequence[Row]) -> dict[int, int]:
    """Plays of each campaign that has more than one row; others have nobody to avoid."""
    plays: dict[int, int] = defaultdict(int)
    members: dict[int, int] = defaultdict(int)
    for row in rows:
        plays[row.campaign] += row.plays
        members[row.campaign] += 1
    return {key: n for key, n in plays.items() if key >= 0 and members[key] > 1}


class _Bookings:
    """Airtime booked so far, in bins around the loop: of all rows, and of each campaign."""

    def __init__(self, bins: int, campaign_plays: dict[int, int]) -> None:
        self.bins = bins
        self.campaign_plays = campaign_plays
        self.all = [0.0] * bins
        self.own = {key: [0.0] * bins for key in campaign_plays}

    def calmest_phase(self, row: Row) -> float:
        own = self.own.get(row.campaign)
        best, best_phase = -1.0, 0.0
        for number in range(PHASES):
            phase = number * GOLDEN_TURN % 1.0
            met = 0.0
            for at in self._bins_of(row, phase):
                met += self.all[at]
                if own is not None:
                    met += OWN_WEIGHT * own[at]
            if best < 0 or met < best:
                best, best_phase = met, phase
        return best_phase

    def add(self, row: Row, phase: float) -> None:
        seconds = sum(row.durations_ms) / len(row.durations_ms) / 1000
        places = self._bins_of(row, phase)
        self._book(self.all, places, NEAR_BINS, seconds)
        if row.campaign in self.own:
            plays = self.campaign_plays[row.campaign]
            reach = max(NEAR_BINS, int(OWN_REACH * self.bins / plays))
            self._book(self.own[row.campaign], places, min(reach, self.bins // 2 + 1), 10.0)

    def _bins_of(self, row: Row, phase: float) -> list[int]:
        step = self.bins / row.plays
        return [int((k + phase) * step) % self.bins for k in range(row.plays)]

    def _book(self, line: list[float], places: list[int], reach: int, weight: float) -> None:
        """Add a triangle of that half-width around each place."""
        slope = [(off, (1 - abs(off) / reach) * weight) for off in range(1 - reach, reach)]
        for at in places:
            for off, part in slope:
                line[(at + off) % self.bins] += part
