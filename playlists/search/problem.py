"""An order to be made more even, as flat lists of whole numbers: the input of a search."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from playlists.search.prices import Rule
from playlists.search.rows import Row, Token

FULL_WEIGHT = 256
CAMPAIGN_WEIGHT = 56
FILLER_WEIGHT = 5
"""The weight of an error: of an item, of a campaign, and of filler."""
ITEM_PRESSURE = 307
CAMPAIGN_PRESSURE = 80
"""The extra cost of an error at its limit beyond its square, in plays / 256."""
MAY_STAY = 90
"""The part, of 256, of the start's worst error that may stay: about what a search leaves of it."""
ITEM_FLOOR = 246
CAMPAIGN_FLOOR = 819
"""Errors below which nothing is gained by pressing on the longest gap alone, in parts of `ONE`."""


@dataclass(frozen=True, slots=True)
class Kind:
    """The tracks of one kind, items or campaigns: their rules, and each play's track or -1."""

    rules: tuple[Rule, ...]
    track_of: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """Plays by number, in the order of the start: how long they last and of which tracks."""

    durations: tuple[int, ...]
    items: Kind
    campaigns: Kind


@dataclass(frozen=True, slots=True)
class Effort:
    """The length of the search, counted in moves, never in seconds.

    For each seed one search of `epochs` of `moves` each, while what a move may cost falls from
    `heat` to 0: below 2^31, in squares of errors.
    """

    seeds: tuple[int, ...]
    epochs: int
    moves: int
    heat: int


Polish = Callable[[Problem, Effort], list[int]]
"""A form of the search: finds the most even order of a problem's plays, by number."""


def problem_of(rows: Sequence[Row], tokens: Sequence[Token]) -> Problem:
    """The problem of a start: the dearer the longest gaps are, the fewer of them the start has."""
    durations = tuple(rows[row].durations_ms[turn] for row, turn in tokens)
    period_ms = sum(durations)
    items, campaigns = _items(rows, tokens, period_ms), _campaigns(rows, tokens, period_ms)
    return Problem(
        durations=durations,
        items=_pressed(items, durations, ITEM_FLOOR, ITEM_PRESSURE),
        campaigns=_pressed(campaigns, durations, CAMPAIGN_FLOOR, CAMPAIGN_PRESSURE),
    )


def _items(rows: Sequence[Row], tokens: Sequence[Token], period_ms: int) -> Kind:
    rules = [
        Rule(
            inverse=_inverse(row.plays, period_ms),
            weight=FULL_WEIGHT if row.counted else FILLER_WEIGHT,
            counted=row.counted,
            repeat_ms=max(row.durations_ms),
            min_gap_ms=row.min_gap_ms or 0,
            max_gap_ms=row.max_gap_ms or 0,
        )
        for row in rows
    ]
    spaced = [row.plays > 1 and not row.may_repeat for row in rows]
    return Kind(tuple(rules), tuple(row if spaced[row] else -1 for row, _ in tokens))


def _campaigns(rows: Sequence[Row], tokens: Sequence[Token], period_ms: int) -> Kind:
    """A track for each campaign of several rows; one of a single row is its item's."""
    members: dict[int, list[int]] = {}
    for index, row in enumerate(rows):
        if row.campaign >= 0 and row.counted:
            members.setdefault(row.campaign, []).append(index)
    rules: list[Rule] = []
    rule_of = [-1] * len(rows)
    for own in members.values():
        if len(own) > 1:
            for index in own:
                rule_of[index] = len(rules)
            plays = sum(rows[index].plays for index in own)
            rules.append(Rule(_inverse(plays, period_ms), CAMPAIGN_WEIGHT))
    return Kind(tuple(rules), tuple(rule_of[row] for row, _ in tokens))


def _inverse(plays: int, period_ms: int) -> int:
    return (plays << 40) // period_ms


def _pressed(kind: Kind, durations: Sequence[int], floor: int, pressure: int) -> Kind:
    """The rules with a steepness at which pressing on the longest gaps pays."""
    stays = max(floor, _worst_error(kind, durations) * MAY_STAY >> 8)
    dearer = (len(durations) * pressure << 28) // (256 * stays * stays)
    rules = [replace(rule, steepness=dearer * rule.weight >> 8) for rule in kind.rules]
    return Kind(tuple(rules), kind.track_of)


def _worst_error(kind: Kind, durations: Sequence[int]) -> int:
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    at_ms = worst = 0
    for track, duration_ms in zip(kind.track_of, durations, strict=True):
        if track >= 0 and kind.rules[track].counted:
            if track in last:
                worst = max(worst, kind.rules[track].error(at_ms - last[track]))
            first.setdefault(track, at_ms)
            last[track] = at_ms
        at_ms += duration_ms
    around = (kind.rules[track].error(first[track] + at_ms - last[track]) for track in first)
    return max(worst, *around, 0) if first else 0
