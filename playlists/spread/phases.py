"""The first good order of a loop: each item gets a phase, and all plays are sorted by it."""

from collections import defaultdict
from collections.abc import Sequence

from playlists.search.rows import Row

TURN = 1 << 32
"""A whole turn: phases and ideal times are parts of it."""
GOLDEN_TURN = 2_654_435_769
PHASES = 24
NEAR_BINS = 4
"""The range of a play's influence on others, in half an average slot."""
OWN_AIRTIME_MS = 40_000
"""The weight of each play of a campaign for its other plays, in place of its airtime."""


Placed = tuple[int, int, int]
"""A play's ideal time, its row and its turn."""


def calm_phases(rows: Sequence[Row]) -> list[int]:
    """A phase for each row: play k is wanted at (k + phase) / plays of the loop.

    Rows by falling frequency, campaigns first; each tries 24 golden-turn phases and takes the one
    that meets the least airtime booked near by, where its own campaign's counts more.
    """
    booked = _Bookings(max(2 * sum(row.plays for row in rows), 1), _campaign_plays(rows))
    phases = [0] * len(rows)
    for index in sorted(range(len(rows)), key=lambda i: (not rows[i].counted, -rows[i].plays, i)):
        phases[index] = booked.calmest_phase(rows[index])
        booked.add(rows[index], phases[index])
    return phases


def place(rows: Sequence[Row], phases: Sequence[int]) -> list[Placed]:
    """All plays by their ideal times."""
    placed = []
    for index, (row, phase) in enumerate(zip(rows, phases, strict=True)):
        turns = len(row.durations_ms)
        placed += [((k * TURN + phase) // row.plays, index, k % turns) for k in range(row.plays)]
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
        self.all = [0] * bins
        self.own = {key: [0] * bins for key in campaign_plays}

    def calmest_phase(self, row: Row) -> int:
        phases = [number * GOLDEN_TURN % TURN for number in range(PHASES)]
        return min(phases, key=lambda phase: self._met(row, phase))

    def _met(self, row: Row, phase: int) -> int:
        places = self._bins_of(row, phase)
        met = sum(map(self.all.__getitem__, places))
        own = self.own.get(row.campaign)
        return met if own is None else met + sum(map(own.__getitem__, places))

    def add(self, row: Row, phase: int) -> None:
        places = self._bins_of(row, phase)
        airtime_ms = sum(row.durations_ms) // len(row.durations_ms)
        self._book(self.all, places, NEAR_BINS, airtime_ms)
        if row.campaign in self.own:
            ideal = self.bins // self.campaign_plays[row.campaign]
            reach = min(max(NEAR_BINS, ideal * 3 // 2), self.bins // 2 + 1)
            self._book(self.own[row.campaign], places, reach, OWN_AIRTIME_MS)

    def _bins_of(self, row: Row, phase: int) -> list[int]:
        bins, plays = self.bins, row.plays
        return [(k * TURN + phase) * bins // plays // TURN for k in range(plays)]

    def _book(self, line: list[int], places: list[int], reach: int, airtime_ms: int) -> None:
        """Add a triangle of that half-width around each place."""
        slope = [(off, airtime_ms * (reach - abs(off)) // reach) for off in range(1 - reach, reach)]
        for at in places:
            for off, part in slope:
                line[(at + off) % self.bins] += part
