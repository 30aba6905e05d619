"""Notices about one object each, of which a moment's are told together as one about many.

When a thousand boxes are switched on at once, what follows for one of them costs hardly less than
what follows for fifty. Whoever has told of it doesn't wait for that, nor does he fail with it.
"""

from collections.abc import Callable
from typing import Final

import gevent

from server.foundation.runtime.blocking import is_on_the_loop
from server.foundation.runtime.lasting_failures import Trouble

GATHER_S: Final = 0.3
AGAIN_S: Final = 2.0
MOST: Final = 50
"""Told in one go, which holds the loop up for some tens of milliseconds."""


class Gathering:
    """Numbers that wait to be told; under gevent by a greenlet, elsewhere at once.

    `tell` is given some of them. If it fails they are told again, together with newer ones, until
    the process ends: whoever needs them after that looks for them at its start.
    """

    def __init__(self, tell: Callable[[tuple[int, ...]], None], trouble: Trouble) -> None:
        self._tell = tell
        self._trouble = trouble
        self._waiting: dict[int, None] = {}
        self._greenlet: gevent.Greenlet | None = None

    def add(self, number: int) -> None:
        """Have it told soon, once even if it comes again before that. Raises nothing."""
        self._waiting[number] = None
        if not is_on_the_loop():
            self._tell_some()
        elif self._greenlet is None or self._greenlet.dead:
            self._greenlet = gevent.spawn_later(GATHER_S, self._run)

    def _run(self) -> None:
        while self._waiting:
            self._tell_some()
            gevent.sleep(AGAIN_S if self._trouble.lasts else GATHER_S if self._waiting else 0)

    def _tell_some(self) -> None:
        some = tuple(self._waiting)[:MOST]
        with self._trouble:
            self._tell(some)
            for number in some:
                self._waiting.pop(number, None)
