"""Better phases: one item after another tries others, which are kept if the loop is more even."""

from collections import Counter
from collections.abc import Sequence

from playlists.chance import Chance
from playlists.phases import Placed, place
from playlists.rows import Row

CAMPAIGN_WORST = 0.25
CAMPAIGN_SQUARES = 0.3
"""What a campaign's errors weigh beside an item's."""


def settle(rows: Sequence[Row], phases: Sequence[float], tries: int, chance: Chance) -> list[float]:
    """The phases after `tries` attempts; the same input gives the same phases everywhere."""
    movable = [index for index, row in enumerate(rows) if row.counted and row.plays > 0]
    if len(movable) < 2:
        return list(phases)
    judge = _Judge(rows)
    settled = list(phases)
    order = place(rows, settled)
    least = judge.unevenness(order)
    for _ in range(tries):
        index = movable[chance.draw() % len(movable)]
        phase = _other_phase(chance, settled[index], rows[index].plays / judge.plays)
        others = [play for play in order if play[1] != index]
        attempt = sorted(others + place(rows, [phase], index))
        uneven = judge.unevenness(attempt)
        if uneven <= least:
            least, order, settled[index] = uneven, attempt, phase
    return settled


def _other_phase(chance: Chance, phase: float, step: float) -> float:
    """Any other phase, or one a few places away; `step` is one place in turns of the item."""
    if chance.draw() & 1:
        return chance.fraction()
    away = chance.fraction() + chance.fraction() + chance.fraction() - 1.5
    return (phase + 4.0 * away * step) % 1.0


class _Judge:
    """Says how uneven an order is: squared errors of the worst item, the worst campaign, all."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.plays = sum(row.plays for row in rows)
        self.period_ms = sum(row.airtime_ms(row.plays) for row in rows)
        self.durations = [row.durations_ms for row in rows]
        self.items = _Gaps(
            [index if row.counted else -1 for index, row in enumerate(rows)], rows, self.period_ms
        )
        members = Counter(row.campaign for row in rows if row.counted and row.campaign >= 0)
        shared = {key: number for number, key in enumerate(members) if members[key] > 1}
        self.campaigns = _Gaps(
            [shared.get(row.campaign, -1) if row.counted else -1 for row in rows],
            rows,
            self.period_ms,
        )

    def unevenness(self, order: Sequence[Placed]) -> float:
        durations = self.durations
        starts, at_ms = [], 0
        for _, index, turn in order:
            starts.append((index, at_ms))
            at_ms += durations[index][turn]
        worst, squares = self.items.errors(starts)
        other, other_squares = self.campaigns.errors(starts)
        mean = (squares + CAMPAIGN_SQUARES * other_squares) / self.plays
        return worst * worst + CAMPAIGN_WORST * other * other + mean


class _Gaps:
    """The gaps of all items, or of all campaigns; `track_of` has -1 for rows that have no part."""

    def __init__(self, track_of: Sequence[int], rows: Sequence[Row], period_ms: int) -> None:
        plays = [0] * (max(track_of, default=-1) + 1)
        for track, row in zip(track_of, rows, strict=True):
            if track >= 0:
                plays[track] += row.plays
        self.track_of = track_of
        self.inverse = [count / period_ms for count in plays]
        self.period_ms = period_ms

    def errors(self, starts: Sequence[tuple[int, int]]) -> tuple[float, float]:
        """The longest gap over its ideal, less 1, and the sum of all squared errors."""
        track_of, inverse = self.track_of, self.inverse
        first: dict[int, int] = {}
        last: dict[int, int] = {}
        worst = squares = 0.0
        for index, start in starts:
            track = track_of[index]
            if track < 0:
                continue
            if track in last:
                error = (start - last[track]) * inverse[track] - 1.0
                squares += error * error
                worst = max(worst, error)
            else:
                first[track] = start
            last[track] = start
        for track, start in first.items():
            error = (start + self.period_ms - last[track]) * inverse[track] - 1.0
            squares += error * error
            worst = max(worst, error)
        return worst, squares
