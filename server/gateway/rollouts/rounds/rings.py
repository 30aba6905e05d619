"""Rings of a roll-out: their sizes and the choice of screens. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from server.foundation.durations import HOUR_S
from server.gateway.rollouts.rounds.health_rules import Seen

FIRST_SCREENS: Final = 10


@dataclass(frozen=True, slots=True)
class Ring:
    """A ring: cumulative per cent of all screens, at least so many, and all with a tag.

    The next one begins once `healthy` of its screens (0: half of the reachable ones) have run the
    release for `soak_s` without fault.
    """

    percent: float = 0
    screens: int = 0
    tag: str = ""
    soak_s: int = 24 * HOUR_S
    healthy: int = 0

    def reach(self, total: int) -> int:
        """Screens chosen by its end, those of its tag aside."""
        return min(total, max(ceil(total * self.percent / 100), self.screens))


def usual_rings(total: int) -> tuple[Ring, ...]:
    """The default rings: a handful, a tenth, all; in small districts at most a quarter first."""
    first = max(1, min(FIRST_SCREENS, total // 4))
    return (Ring(1, first), Ring(10, 2 * first), Ring(100))


def choose(ring: Ring, chosen: int, candidates: Sequence[Seen]) -> list[int]:
    """The screens of a ring besides the `chosen` ones, in order.

    Deterministic: healthy screens first, one per venue before any second one, alternating between
    kinds of venues and units.
    """
    tagged = [one for one in candidates if ring.tag and ring.tag in one.tags]
    rest = [one for one in candidates if not (ring.tag and ring.tag in one.tags)]
    room = max(0, ring.reach(chosen + len(candidates)) - chosen - len(tagged))
    return [*in_turn(tagged), *in_turn(rest)[:room]]


def in_turn(candidates: Iterable[Seen]) -> list[int]:
    """All of them in the order of choice."""
    of_venue: defaultdict[tuple[bool, int], int] = defaultdict(int)
    layers: defaultdict[tuple[bool, int], list[Seen]] = defaultdict(list)
    for one in sorted(candidates, key=lambda one: one.screen):
        place = (not one.well, one.venue)
        layers[not one.well, of_venue[place]].append(one)
        of_venue[place] += 1
    return [screen for layer in sorted(layers) for screen in _by_turns(layers[layer])]


def _by_turns(layer: Sequence[Seen]) -> Iterable[int]:
    """The first of each group, then the second of each, starting with the largest group."""
    groups: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for one in layer:
        groups[one.kind, one.unit].append(one.screen)
    ordered = sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    for turn in range(max(map(len, groups.values()), default=0)):
        for _, screens in ordered:
            if turn < len(screens):
                yield screens[turn]
