"""Chooses the size of a demo for a number of plays in its past."""

from math import ceil
from typing import Final

from server.operations.demo.mark import Parameters

MOST_DAYS: Final = 29
"""Older plays would arrive after the freeze of their month."""
MOST_SCREENS: Final = 20_000
A_DAY: Final = 950
"""Plays per screen and day, the average of a large demo rounded down."""
USUAL: Final = Parameters()


def parameters_for(
    seed: int, venues: int | None, screens: int | None, days: int | None, plays: int | None
) -> Parameters:
    """The requested parameters; missing ones are sized for the plays, or default."""
    if plays is None or plays <= USUAL.screens * USUAL.days * A_DAY:
        wanted = (venues or USUAL.venues, screens or USUAL.screens)
        return Parameters(seed, *wanted, USUAL.days if days is None else days)
    days = MOST_DAYS if days is None else days
    needed = min(MOST_SCREENS, ceil(plays / (max(1, days) * A_DAY)))
    screens = screens or max(USUAL.screens, needed)
    return Parameters(seed, venues or ceil(screens * USUAL.venues / USUAL.screens), screens, days)
