"""Guards of routes: each names the required action, or is open."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import g

from server.accounts.actor import Actor, forbidden
from server.accounts.roles import Action
from server.foundation.errors import Unauthorized
from server.foundation.i18n import Sentence

P = ParamSpec("P")
R = TypeVar("R")


def actor() -> Actor:
    """The person of this request. Raises Unauthorized."""
    found = cast("Actor | None", g.get("actor"))
    if found is None:
        raise Unauthorized(Sentence("请先登录。", "Sign in first."))
    return found


def needs(action: Action) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """The route requires `action` somewhere; the service checks the object."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if not actor().roots(action):
                g.lacking = action
                raise forbidden()
            return view(*args, **kwargs)

        guarded.guard = action  # type: ignore[attr-defined] # a mark on a function, read by the rule that every view has one
        return guarded

    return decorate


def signed_in(view: Callable[P, R]) -> Callable[P, R]:
    """The route is for everyone with an account, of any role."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        actor()
        return view(*args, **kwargs)

    guarded.guard = "signed_in"  # type: ignore[attr-defined] # a mark on a function, read by the rule that every view has one
    return guarded


def open_to_all(view: Callable[P, R]) -> Callable[P, R]:
    """The route is for anyone; state the reason beside it."""
    view.guard = "open"  # type: ignore[attr-defined] # a mark on a function, read by the rule that every view has one
    return view
