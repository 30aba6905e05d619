"""Spaces out what one screen asks, so that a flood from its box leaves the loop to others.

A request counts for one unit, a connect of a socket for less, plays for nothing: they are handed in
as fast as the store takes them. Not by address: a thousand screens are behind one router.
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

RATE: Final = 2.0
"""Units a second of one screen."""
REQUEST: Final = 1.0
"""Units of a request. One takes the loop 1 to 2 ms in one piece: two a second, less than half a
hundredth of it."""
CONNECT: Final = 0.2
"""Units of a connect: ten a second. Its pieces are shorter, and a program that tries a screen's
socket with thousands of messages connects again after each that ends it."""
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

    def authenticate(self, core: Core, token: str, units: float) -> ScreenIdentity:
        """The screen of a bearer token, once it is the turn of what counts for so many units.

        Raises Unauthorized, and TooMany (late as well) if its turn isn't within `LONGEST_S`.
        """
        screen = authenticate(core, token)
        if not is_on_the_loop():
            return screen
        delay_s = self._pacer.delay_s(screen.screen_id, units)
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
