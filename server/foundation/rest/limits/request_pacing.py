"""Paces the writing requests of each person, so that a flood by one leaves the loop to the others.

A person's clicks never reach the pace, and a program that sends one request after the other merely
waits. What can't be asked for in time is refused with 429. Stops, takeovers and signing in are
never paced; reading has the turns of the reading process.
"""

import time
from typing import Final

from flask import Flask, current_app, g, request
from gevent import sleep

from server.foundation.errors import TooMany
from server.foundation.i18n import Sentence
from server.foundation.rest.security_headers import is_upload
from server.foundation.rest.urgent_requests import is_urgent
from server.foundation.runtime.blocking import is_on_the_loop
from server.foundation.runtime.pacing import Pacer

RATE: Final = 50.0
"""Units a second: at 7 ms each, one person takes a third of the loop at most."""
BURST: Final = 100.0
LONGEST_S: Final = 5.0
"""s; clients of ours wait eight to ten for an answer."""
UNIT_BYTES: Final = 16 * 1024
"""Of a body that is parsed; it costs as much as all else that a small request does."""
MOST_UNITS: Final = 10.0
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
KEY: Final = "anping.pacer"
TOO_FAST: Final = Sentence(
    f"此账号提交过于频繁，请 {LONGEST_S:.0f} 秒后再试；批量数据请用表格导入。",
    f"This account sends too fast: try again in {LONGEST_S:.0f} s; many rows go by a table.",
)


def init_pacing(app: Flask) -> None:
    """Register it, after people are identified."""
    app.extensions[KEY] = Pacer(time.monotonic, RATE, BURST, LONGEST_S)
    app.before_request(_pace)


def units_of(length: int | None, *, upload: bool) -> float:
    """What a request with a body of this length counts for; uploads are only written to disk."""
    parsed = 0 if upload else length or 0
    return min(MOST_UNITS, 1 + parsed / UNIT_BYTES)


def _pace() -> None:
    actor = g.get("actor")
    if actor is None or request.method in SAFE or is_urgent() or not is_on_the_loop():
        return
    pacer: Pacer = current_app.extensions[KEY]
    units = units_of(request.content_length, upload=is_upload())
    delay_s = pacer.delay_s(actor.user_id, units)
    if delay_s is None:
        raise TooMany(TOO_FAST, retry_after_s=round(LONGEST_S))
    if delay_s:
        sleep(delay_s)
