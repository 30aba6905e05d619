"""What gaps between the plays of one track cost: the less even, the more."""

from collections.abc import Sequence
from dataclasses import dataclass

from playlists.rows import Row

CAMPAIGN_WEIGHT = 0.25
"""What an error of a campaign weighs beside one of an item (docs/algorithms/spacing.md)."""
FILLER_WEIGHT = 0.02
REPEAT = 1.0
BROKEN_GAP = 5.0
BROKEN_BY = 20.0
"""A gap that was ruled out costs `BROKEN_GAP`, and so many times that for each part of the limit
that it is off by: five gaps that are a little short are better than one of half the length."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One track, an item or a campaign: its gaps should all be `ideal` = period / plays.

    `repeat_ms` is the gap at which a play follows itself at once (0: that doesn't matter). Only
    `counted` tracks make the worst error.
    """

    plays: int
    weight: float
    counted: bool = True
    repeat_ms: int = 0
    min_gap_ms: int = 0
    max_gap_ms: int = 0


class Prices(dict[int, float]):
    """The cost of each gap in ms, worked out when first asked for.

    Only + - * / on floats and whole numbers are used, which IEEE 754 fixes to the last bit, so
    every machine finds the same costs.
    """

    __slots__ = ("_steepness", "inverse", "rule")

    def __init__(self, rule: Rule, period_ms: int) -> None:
        super().__init__()
        self.rule = rule
        self.inverse = rule.plays / period_ms
        self._steepness = 0.0

    def __missing__(self, gap_ms: int) -> float:
        """Its squared error, and steeply more when it is far too long."""
        rule = self.rule
        error = gap_ms * self.inverse - 1.0
        square = error * error
        cost = square
        if error > 0:
            fourth = square * square
            cost += self._steepness * fourth * fourth
        cost *= rule.weight
        if gap_ms <= rule.repeat_ms:
            cost += REPEAT
        if gap_ms < rule.min_gap_ms:
            cost += BROKEN_GAP * (1.0 + BROKEN_BY * (1.0 - gap_ms / rule.min_gap_ms))
        if 0 < rule.max_gap_ms < gap_ms:
            cost += BROKEN_GAP * (1.0 + BROKEN_BY * (gap_ms / rule.max_gap_ms - 1.0))
        self[gap_ms] = cost
        return cost

    def steepen(self, steepness: float) -> None:
        """Set how much gaps that are far too long cost from now on."""
        self._steepness = steepness
        self.clear()


def item_rule(row: Row) -> Rule:
    """What is wanted of a row's plays."""
    return Rule(
        plays=row.plays,
        weight=1.0 if row.counted else FILLER_WEIGHT,
        counted=row.counted,
        repeat_ms=max(row.durations_ms),
        min_gap_ms=row.min_gap_ms or 0,
        max_gap_ms=row.max_gap_ms or 0,
    )


def campaign_rules(rows: Sequence[Row]) -> tuple[list[Rule], list[int]]:
    """A rule for each campaign of several rows, and for each row its number or -1."""
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
            rules.append(Rule(sum(rows[index].plays for index in own), CAMPAIGN_WEIGHT))
    return rules, rule_of
