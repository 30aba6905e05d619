"""Spaces out what one screen asks, so that a flood from its box leaves the loop to others.

Handshakes of sockets and requests count alike, plays don't: they are handed in as fast as the store
takes them. Not by address: a thousand screens are behind one router.
"""

import time
from collections.abc import Callable
from typing import Final, cast

from flask import Flask
from gevent import sleep

from server.foundation.core import Core
from server.foundation.errors import TooMany
from server.foundation.i18n import Sentence
from server.foundation.runtime.blocking import is_on_the_loop
from server.foundation.runtime.pacing import Pacer
from server.inventory.enrolment.credentials import ScreenIdentity, authenticate

RATE: Final = 4.0
"""Requests a second of one screen: at 1 to 2 ms each, less than a hundredth of the loop."""
BURST: Final = 40.0
"""At once. A player that has lost its socket asks some ten times in a minute."""
LONGEST_S: Final = 5.0
"""s; players wait eight to ten for an answer."""
TOO_FAST: Final = Sentence(
    f"此终端请求过于频繁，请 {LONGEST_S:.0f} 秒后再试。",
    f"This screen asks too often: try again in {LONGEST_S:.0f} s.",
)
KEY: Final = "anping.screen_pace"


class ScreenPace:
    """The pace of all screens in one process; `clock` returns seconds."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = sleep,
    ) -> None:
        self._pacer = Pacer(clock, RATE, BURST, LONGEST_S)
        self._pause = pause

    def authenticate(self, core: Core, token: str) -> ScreenIdentity:
        """The screen of a bearer token, once it is its turn.

        Raises Unauthorized, and TooMany (late as well) if its turn isn't within `LONGEST_S`.
        """
        screen = authenticate(core, token)
        if not is_on_the_loop():
            return screen
        delay_s = self._pacer.delay_s(screen.screen_id, 1)
        if delay_s is None:
            self._pause(LONGEST_S)
            raise TooMany(TOO_FAST, retry_after_s=round(LONGEST_S))
        if delay_s:
            self._pause(delay_s)
            # It may have been revoked meanwhile.
            screen = authenticate(core, token)
        return screen


def init_screen_pace(app: Flask) -> None:
    """Attach the pace to the app."""
    app.extensions[KEY] = ScreenPace()


def screen_pace(app: Flask) -> ScreenPace:
    """The pace of this app's process."""
    return cast("ScreenPace", app.extensions[KEY])
