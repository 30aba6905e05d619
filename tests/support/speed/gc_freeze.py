"""Keeps the garbage collector from scanning the modules that a run of tests has imported.

While modules are imported nearly all objects stay, so the collector is off: it took a fifth of the
time until the first test. Afterwards each app of a test is collected in one of its rounds; without
the freeze a round would also scan every module, table and test, which took as long as making the
apps.
"""

import gc

ROUND = 60_000
"""New objects between two rounds over the youngest; Python's own 700 suits smaller programs."""


def pause_collector() -> None:
    """No round until everything is imported."""
    gc.disable()


def spare_what_is_there() -> None:
    """Whatever exists now stays to the end of the process; rounds begin."""
    gc.freeze()
    gc.set_threshold(ROUND)
    gc.enable()
