"""Hours to spread, drawn at random, and the orders that others would give them."""

from collections.abc import Callable, Sequence
from random import Random

from playlists.measures import Measures, Showing, measure
from playlists.rows import Row, Token

Order = Callable[[Sequence[Row]], list[Token]]

SECONDS = (5, 8, 10, 15, 15, 20, 30)
PLAYS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 15, 18, 20, 24, 30)
ITEMS = (1, 1, 1, 2, 3, 4)
HOUR_S = 3_600
MOST_ITEMS = 60
MISSES = 6
"""An hour is full when so many campaigns in a row found no room."""


def hours(count: int, seed: int) -> list[list[Row]]:
    """Hours as offices order them: campaigns of 1 to 4 items, the rest the venue's own filler."""
    chance = Random(seed)
    return [_hour(chance) for _ in range(count)]


def _hour(chance: Random) -> list[Row]:
    left_s = HOUR_S * chance.uniform(0.7, 1.0)
    rows: list[Row] = []
    campaign = misses = 0
    while misses < MISSES and len(rows) < MOST_ITEMS:
        plays = chance.choice(PLAYS)
        own = [
            Row(plays, (chance.choice(SECONDS) * 1000,), campaign)
            for _ in range(chance.choice(ITEMS))
        ]
        airtime_s = sum(row.plays * row.durations_ms[0] for row in own) / 1000
        if airtime_s > left_s:
            misses += 1
            continue
        left_s -= airtime_s
        rows += own
        campaign += 1
    return rows + _filler(chance, rows)


def _filler(chance: Random, rows: Sequence[Row]) -> list[Row]:
    """What fills the rest of the hour, in counts that differ by one at most."""
    left_s = HOUR_S - sum(row.plays * row.durations_ms[0] for row in rows) // 1000
    seconds = [chance.choice((10, 15, 20)) for _ in range(chance.randint(1, 6))]
    plays = [0] * len(seconds)
    while left_s >= seconds[(turn := sum(plays) % len(seconds))]:
        plays[turn] += 1
        left_s -= seconds[turn]
    return [
        Row(count, (length * 1000,), counted=False)
        for count, length in zip(plays, seconds, strict=True)
        if count
    ]


def score(rows: Sequence[Row], order: Sequence[Token]) -> Measures:
    """The measures of an order of rows' plays."""
    showings, at_ms = [], 0
    for index, turn in order:
        row = rows[index]
        campaign = str(row.campaign) if row.counted else None
        showings.append(Showing(str(index), campaign, at_ms))
        at_ms += row.durations_ms[turn]
    return measure(showings, at_ms)


def listed_by_hand(rows: Sequence[Row]) -> list[Token]:
    """Each item as often as wanted, one block after the other."""
    return [(index, 0) for index, row in enumerate(rows) for _ in range(row.plays)]


def interleaved(rows: Sequence[Row]) -> list[Token]:
    """Share of voice by interleaving: one item after the other is put in at whole steps."""
    order: list[Token] = []
    for index, row in sorted(enumerate(rows), key=lambda pair: -pair[1].plays):
        step = max(1, -(-(len(order) + row.plays) // row.plays))
        for k in range(row.plays):
            order.insert(min(len(order), k * step), (index, 0))
    return order


def smooth_weighted(rows: Sequence[Row]) -> list[Token]:
    """Smooth weighted round robin: all gain their weight, the richest plays and pays."""
    total = sum(row.plays for row in rows)
    credit = [0] * len(rows)
    order: list[Token] = []
    for _ in range(total):
        for index, row in enumerate(rows):
            credit[index] += row.plays
        chosen = max(range(len(rows)), key=lambda index: (credit[index], -index))
        credit[chosen] -= total
        order.append((chosen, 0))
    return order


def stride(rows: Sequence[Row]) -> list[Token]:
    """Stride scheduling (Webster): play k of n is due at (k + 1/2) / n."""
    due = [
        ((2 * k + 1) / (2 * row.plays), index)
        for index, row in enumerate(rows)
        for k in range(row.plays)
    ]
    return [(index, 0) for _, index in sorted(due)]
