"""Better phases: one item after another tries others, which are kept if the loop is more even."""

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
        self.rows = rows
        self.plays = sum(row.plays for row in rows)
        self.period_ms = sum(row.airtime_ms(row.plays) for row in rows)
        members: dict[int, list[int]] = {}
        for index, row in enumerate(rows):
            if row.counted and row.campaign >= 0:
                members.setdefault(row.campaign, []).append(index)
        shared = {key: own for key, own in members.items() if len(own) > 1}
        self.items = [row.plays / self.period_ms if row.counted else 0.0 for row in rows]
        self.campaigns = {
            key: sum(rows[index].plays for index in own) / self.period_ms
            for key, own in shared.items()
        }
        self.campaign_of = [row.campaign if row.campaign in shared else -1 for row in rows]

    def unevenness(self, order: Sequence[Placed]) -> float:
        items: dict[int, list[int]] = {}
        campaigns: dict[int, list[int]] = {}
        at_ms = 0
        for _, index, turn in order:
            if self.items[index]:
                items.setdefault(index, []).append(at_ms)
                campaign = self.campaign_of[index]
                if campaign >= 0:
                    campaigns.setdefault(campaign, []).append(at_ms)
            at_ms += self.rows[index].durations_ms[turn]
        worst, squares = 0.0, 0.0
        for index, starts in items.items():
            worst, squares = self._errors(starts, self.items[index], worst, squares)
        other, other_squares = 0.0, 0.0
        for campaign, starts in campaigns.items():
            other, other_squares = self._errors(
                starts, self.campaigns[campaign], other, other_squares
            )
        mean = (squares + CAMPAIGN_SQUARES * other_squares) / self.plays
        return worst * worst + CAMPAIGN_WORST * other * other + mean

    def _errors(
        self, starts: Sequence[int], inverse: float, worst: float, squares: float
    ) -> tuple[float, float]:
        before = starts[-1] - self.period_ms
        for start in starts:
            error = (start - before) * inverse - 1.0
            squares += error * error
            worst = max(worst, error)
            before = start
        return worst, squares
