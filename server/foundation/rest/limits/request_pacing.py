"""Paces the writing requests of each person, so that a flood by one leaves the loop to others.

A person's clicks never reach the pace, and a program that sends one request after the other merely
waits. What can't be asked for in time is refused with 429. Stops, takeovers and signing in are
never paced; reading has the turns of the reading process. Pairings, which strangers ask for, are
paced by network, and so are refusals: answers of 429 and 503.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, TypeVar

from flask import Flask, Response, current_app, g, request
from gevent import sleep

from server.foundation.errors import TooMany
from server.foundation.i18n import Sentence
from server.foundation.ip_networks import network_of
from server.foundation.rest.security_headers import is_upload
from server.foundation.rest.urgent_requests import is_urgent
from server.foundation.runtime.blocking import is_on_the_loop
from server.foundation.runtime.pacing import Pacer

View = TypeVar("View", bound=Callable[..., Any])
RATE, BURST = 30.0, 30.0
"""Units a second of one person, and at once: at 7 ms each a fifth of the loop."""
PAIRINGS, PAIRINGS_AT_ONCE = 5.0, 10.0
"""Of one network: a hall of 150 boxes behind one router has its codes within half a minute."""
REFUSALS, REFUSALS_AT_ONCE = 10.0, 10.0
"""Of one network. A refusal costs 3 ms too, and programs that flood ask again at once."""
LONGEST_S: Final = 5.0
"""s; clients of ours wait eight to ten for an answer."""
UNIT_BYTES: Final = 8 * 1024
"""Of a body that is parsed, which takes the interpreter in one piece."""
MOST_UNITS: Final = 10.0
REFUSED: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
MARK: Final = "paced_by_network"
KEY: Final = "anping.pacers"
TOO_FAST: Final = Sentence(
    f"此账号提交过于频繁，请 {LONGEST_S:.0f} 秒后再试；批量数据请用表格导入。",
    f"This account sends too fast: try again in {LONGEST_S:.0f} s; many rows go by a table.",
)
NETWORK_TOO_FAST: Final = Sentence(
    f"同一网络的终端申请绑定码过于频繁，请 {LONGEST_S:.0f} 秒后再试。",
    f"Players of this network ask for codes too fast: try again in {LONGEST_S:.0f} s.",
)


@dataclass(frozen=True)
class Pacers:
    """The paces of one process, and what lets a request wait for some seconds."""

    people: Pacer
    pairings: Pacer
    refusals: Pacer
    pause: Callable[[float], None]


def paced_by_network(view: View) -> View:
    """A view open to strangers whose every request costs a flush to the disk."""
    vars(view)[MARK] = True
    return view


def init_pacing(
    app: Flask,
    clock: Callable[[], float] = time.monotonic,
    pause: Callable[[float], None] = sleep,
) -> None:
    """Register it, after people are identified."""
    app.extensions[KEY] = Pacers(
        people=Pacer(clock, RATE, BURST, LONGEST_S),
        pairings=Pacer(clock, PAIRINGS, PAIRINGS_AT_ONCE, LONGEST_S),
        refusals=Pacer(clock, REFUSALS, REFUSALS_AT_ONCE, LONGEST_S),
        pause=pause,
    )
    app.before_request(_pace)
    app.after_request(_pace_refusals)


def units_of(length: int | None, *, upload: bool) -> float:
    """What a request with a body of this length counts for; uploads are only written to disk."""
    parsed = 0 if upload else length or 0
    return min(MOST_UNITS, 1 + parsed / UNIT_BYTES)


def _pace() -> None:
    """Let the request wait for its turn. Raises TooMany."""
    if request.method in SAFE or is_urgent() or not is_on_the_loop():
        return
    actor, pacers = g.get("actor"), _pacers()
    view = current_app.view_functions.get(request.endpoint or "")
    if actor is not None:
        units = units_of(request.content_length, upload=is_upload())
        _wait(pacers.people.delay_s(actor.user_id, units), TOO_FAST)
    elif view is not None and MARK in vars(view):
        network = network_of(request.remote_addr or "")
        _wait(pacers.pairings.delay_s(network, 1), NETWORK_TOO_FAST)


def _wait(delay_s: float | None, refusal: Sentence) -> None:
    if delay_s is None:
        raise TooMany(refusal, retry_after_s=round(LONGEST_S))
    if delay_s:
        _pacers().pause(delay_s)


def _pace_refusals(response: Response) -> Response:
    """Hold back answers that nothing was done, if a network gets many of them.

    But for reading: probes, and pages of an office behind one router.
    """
    if request.method not in SAFE and response.status_code in REFUSED and _may_wait():
        delay_s = _pacers().refusals.delay_s(network_of(request.remote_addr or ""), 1)
        _pacers().pause(LONGEST_S if delay_s is None else delay_s)
    return response


def _may_wait() -> bool:
    """Neither a stop or takeover, nor a screen: a thousand behind one router may find the server
    busy, and wait themselves. Signing in is urgent too, but anybody may flood it."""
    if is_urgent() and g.get("actor") is not None:
        return False
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "guard", "") != "screen_only" and is_on_the_loop()


def _pacers() -> Pacers:
    found: Pacers = current_app.extensions[KEY]
    return found
