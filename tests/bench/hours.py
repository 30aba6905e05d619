"""Hours to spread, drawn at random, and the orders that others would give them."""

from collections.abc import Callable, Sequence
from random import Random

from playlists.search.rows import Row, Token
from playlists.spread.measures import Measures, Showing, measure

Order = Callable[[Sequence[Row]], list[Token]]

SHORT = (5, 6, 8, 10, 12)
USUAL = (5, 8, 10, 15, 15, 20, 30)
PACES = (SHORT, *[USUAL] * 3, *[(*USUAL, 45)] * 4)
"""Which lengths in seconds an hour chooses five or more from."""
PLAYS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 15, 18, 20, 24, 30)
FEWEST_ITEMS, MOST_ITEMS = 5, 60
FEWEST_PLAYS, MOST_PLAYS = 90, 555
CAMPAIGN_ITEMS = (1, 1, 1, 2, 3, 4)
HOUR_S = 3_600
MISSES = 20
"""An hour is full when so many campaigns in a row found no room."""


def hours(count: int, seed: int, campaign_items: Sequence[int] = CAMPAIGN_ITEMS) -> list[list[Row]]:
    """Hours as offices order them: campaigns of so many items, the rest the venue's own filler.

    5 to 60 items of campaigns and 90 to 555 plays in all.
    """
    chance = Random(seed)
    found: list[list[Row]] = []
    while len(found) < count:
        rows = _hour(chance, campaign_items)
        plays = sum(row.plays for row in rows)
        items = sum(row.counted for row in rows)
        if FEWEST_PLAYS <= plays <= MOST_PLAYS and items >= FEWEST_ITEMS:
            found.append(rows)
    return found


def _hour(chance: Random, campaign_items: Sequence[int]) -> list[Row]:
    lengths = _lengths(chance)
    most = chance.choice((MOST_ITEMS, chance.randint(FEWEST_ITEMS, MOST_ITEMS)))
    left_s = HOUR_S * chance.uniform(0.85, 1.0)
    rows: list[Row] = []
    campaign = misses = 0
    while misses < MISSES and len(rows) < most:
        items = min(chance.choice(campaign_items), most - len(rows))
        plays = chance.choice(PLAYS)
        own = _campaign(chance, campaign, [plays] * items, lengths)
        airtime_s = sum(row.airtime_ms(row.plays) for row in own) / 1000
        if airtime_s > left_s:
            misses += 1
            continue
        left_s -= airtime_s
        rows += own
        campaign += 1
    return rows + _filler(chance, rows, lengths)


def _lengths(chance: Random) -> list[int]:
    pace = chance.choice(PACES)
    return chance.sample(pace, chance.randint(5, len(pace)))


def _campaign(
    chance: Random, number: int, shares: Sequence[int], lengths: Sequence[int]
) -> list[Row]:
    """Equal shares, or some of one play more."""
    more = chance.choice((0, chance.randrange(len(shares))))
    return [
        Row(plays + (index < more), (chance.choice(lengths) * 1000,), number)
        for index, plays in enumerate(shares)
    ]


def _filler(chance: Random, rows: Sequence[Row], lengths: Sequence[int]) -> list[Row]:
    """What fills the rest of the hour, in counts that differ by one at most."""
    left_s = HOUR_S - sum(row.plays * row.durations_ms[0] for row in rows) // 1000
    seconds = [chance.choice(lengths) for _ in range(chance.randint(1, 6))]
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
