"""A node dies: how long until its screens are served by the others, second by second.

Screens notice at once where the kernel reports it (a process that was killed), or when pings stop
(a machine without power). Each then tries as the player does: after half to all of 1, 2, 4 ...
60 s. A try before the address has moved finds nobody. A worker serves one after the other; a screen
that isn't let in within 20 s tries again, and the worker's time for it is lost.
"""

import heapq
import random
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import Final

from tests.bench.capacity import figures

OPEN_S: Final = 20.0
MOST_WAIT_S: Final = 60.0
SILENT_S: Final = (20.0, 45.0)
"""When the player ends a connection on which no ping has come."""


@dataclass(frozen=True)
class Storm:
    """`workers` are those that are left, each `busy` with the screens that it has (0 to 1)."""

    screens: int
    workers: int
    busy: float
    moved_s: float = 3.0
    power_lost: bool = False


@dataclass(frozen=True)
class Comeback:
    """Seconds after the death; `tries` a screen, and the most comebacks of all in one second."""

    half_s: float
    last_s: float
    tries: float
    most_a_second: int


@cache
def comeback(storm: Storm, seed: int = 1) -> Comeback:
    """Play it through, once: the same storm and seed always end the same."""
    dice = random.Random(seed)
    free_s = [0.0] * storm.workers
    service_s = figures.COMEBACK.value / 1e6 / (1.0 - storm.busy)
    waiting = [(_notices(storm, dice) + _pause(0, dice), 0, n) for n in range(storm.screens)]
    heapq.heapify(waiting)
    back: list[float] = []
    tries = 0
    while waiting:
        at_s, tried, number = heapq.heappop(waiting)
        tries += 1
        worker = number % storm.workers
        begins_s = max(at_s, free_s[worker])
        if at_s < storm.moved_s:
            heapq.heappush(waiting, (at_s + _pause(tried + 1, dice), tried + 1, number))
        elif begins_s - at_s > OPEN_S:
            free_s[worker] += service_s
            pause_s = OPEN_S + _pause(tried + 1, dice)
            heapq.heappush(waiting, (at_s + pause_s, tried + 1, number))
        else:
            free_s[worker] = begins_s + service_s
            back.append(free_s[worker])
    back.sort()
    return Comeback(
        back[len(back) // 2],
        back[-1],
        tries / storm.screens,
        max(Counter(map(int, back)).values()),
    )


def _notices(storm: Storm, dice: random.Random) -> float:
    return dice.uniform(*SILENT_S) if storm.power_lost else 0.0


def _pause(tried: int, dice: random.Random) -> float:
    full_s = min(MOST_WAIT_S, 2.0 ** min(tried, 16))
    return full_s / 2 + full_s / 2 * dice.random()
