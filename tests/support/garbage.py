"""Spares the collector of garbage what can't be garbage: all that a run of tests has imported.

Each app that a test leaves behind is thrown away in one of its rounds; without this a round also
looks through every module, table and test, which took as long as making the apps.
"""

import gc

ROUND = 20_000
"""New objects between two rounds over the youngest; Python's own 700 suits smaller programs."""


def spare_what_is_there() -> None:
    """Whatever exists now stays to the end of the process."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(ROUND)
