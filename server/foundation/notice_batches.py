"""Batches events on single objects, to handle many of them at once.

When a thousand boxes are switched on, handling one costs hardly less than handling fifty.
Publishers neither wait for it nor fail with it.
"""

from collections.abc import Callable
from typing import Final

import gevent

from server.foundation.runtime.blocking import is_on_the_loop
from server.foundation.runtime.lasting_failures import Trouble

GATHER_S: Final = 0.3
AGAIN_S: Final = 2.0
MOST: Final = 50
"""Numbers handled in one call, which blocks the loop for some tens of milliseconds."""


class Gathering:
    """Collects numbers and passes them on in batches: under gevent by a greenlet, else at once.

    `deliver` gets a batch. If it fails, the batch is retried together with newer numbers until the
    process ends; consumers must catch up at the next start.
    """

    def __init__(self, deliver: Callable[[tuple[int, ...]], None], trouble: Trouble) -> None:
        self._deliver = deliver
        self._trouble = trouble
        self._waiting: dict[int, None] = {}
        self._greenlet: gevent.Greenlet | None = None

    def add(self, number: int) -> None:
        """Add a number; duplicates within a batch are merged. Raises nothing."""
        self._waiting[number] = None
        if not is_on_the_loop():
            self._deliver_batch()
        elif self._greenlet is None or self._greenlet.dead:
            self._greenlet = gevent.spawn_later(GATHER_S, self._run)

    def _run(self) -> None:
        while self._waiting:
            self._deliver_batch()
            gevent.sleep(AGAIN_S if self._trouble.lasts else GATHER_S if self._waiting else 0)

    def _deliver_batch(self) -> None:
        some = tuple(self._waiting)[:MOST]
        with self._trouble:
            self._deliver(some)
            for number in some:
                self._waiting.pop(number, None)
