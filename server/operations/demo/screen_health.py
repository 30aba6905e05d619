"""The health of each demo screen, generated from the seed: most are fine, some aren't."""

import random
from dataclasses import dataclass
from typing import Final

from server.foundation.durations import HOUR_MS, MINUTE_MS
from server.simulator.fleet.script import Episode


@dataclass(frozen=True)
class Health:
    """A screen's future troubles, and its past: `spoilt`, one play in so many.

    `reported`: the share of the past weeks whose plays it has delivered.
    """

    script: tuple[Episode, ...] = ()
    spoilt: int = 0
    reported: float = 1.0


# Screens per hundred with each trouble.
LOTS: Final = {
    "long gone": 2,
    "gone soon": 2,
    "in and out of coverage": 3,
    "crashing": 2,
    "spoiling": 3,
    "wrong clock": 2,
    "well": 86,
}


def health_of(seed: int, place: int, from_ms: int) -> Health:
    """The health of the screen with an index; troubles begin after `from_ms`."""
    dice = random.Random(seed * 1_000_003 + place)  # noqa: S311 - no secret
    lot = dice.choices(list(LOTS), list(LOTS.values()))[0]
    begins_ms = from_ms + dice.uniform(2, 20) * MINUTE_MS
    period_ms = dice.uniform(1, 3) * HOUR_MS
    wrong_ms = dice.choice((-1, 1)) * dice.uniform(3, 900) * MINUTE_MS
    tunnel_ms = dice.uniform(2, 6) * MINUTE_MS
    by_lot = {
        "long gone": Health((Episode("off", 0),), reported=dice.uniform(0.4, 0.9)),
        "gone soon": Health((Episode("off", begins_ms),)),
        "in and out of coverage": Health(
            (Episode("offline", begins_ms, tunnel_ms, every_ms=25 * MINUTE_MS),)
        ),
        "crashing": Health((Episode("crash", begins_ms, 15_000, every_ms=period_ms),)),
        "spoiling": Health((Episode("spoil", 0, amount=9),), spoilt=15),
        "wrong clock": Health((Episode("clock", 0, amount=wrong_ms),)),
        "well": Health(spoilt=dice.choice((0, 400, 700))),
    }
    return by_lot[lot]
