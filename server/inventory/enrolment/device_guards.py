"""The guard of routes for players."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import current_app, g

from server.accounts.auth.request_identity import bearer_token
from server.foundation.errors import Unauthorized
from server.foundation.rest.flask_extensions import core
from server.foundation.rest.limits.body_timeouts import know_sender
from server.inventory.enrolment.credentials import UNKNOWN, ScreenIdentity
from server.inventory.enrolment.screen_pace import REQUEST, screen_pace

P = ParamSpec("P")
R = TypeVar("R")


def screen() -> ScreenIdentity:
    """The screen of this request, behind `screen_only`."""
    return cast("ScreenIdentity", g.screen)


def screen_only(view: Callable[P, R]) -> Callable[P, R]:
    """The route requires a player's valid bearer token, and is paced by screen.

    Raises Unauthorized and TooMany.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        token = bearer_token()
        if token is None:
            raise Unauthorized(UNKNOWN)
        g.screen = screen_pace(current_app).authenticate(core(), token, REQUEST)
        know_sender()
        return view(*args, **kwargs)

    guarded.guard = "screen_only"  # type: ignore[attr-defined] # a mark on a function, read by the rule that every view has one
    return guarded
