"""Spares the collector of garbage what can't be garbage: all that a run of tests has imported.

While modules are read nearly all that is made stays, so it isn't looked through at all: that took
a fifth of the time until the first test. Afterwards each app that a test leaves behind is thrown
away in one of its rounds; if what was imported weren't set aside, a round would also look through
every module, table and test, which took as long as making the apps.
"""

import gc

ROUND = 60_000
"""New objects between two rounds over the youngest; Python's own 700 suits smaller programs."""


def let_it_lie() -> None:
    """No round until everything is imported."""
    gc.disable()


def spare_what_is_there() -> None:
    """Whatever exists now stays to the end of the process; rounds begin."""
    gc.freeze()
    gc.set_threshold(ROUND)
    gc.enable()
