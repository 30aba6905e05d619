"""Requests that continue while the disk is full, using the reserve (`storage.reserve`)."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, Final, TypeVar

from flask import Flask, current_app, g, request

from server.foundation.storage.reserve import urgent

View = TypeVar("View", bound=Callable[..., Any])
MARK: Final = "goes_on_without_room"


def goes_on_without_room(view: View) -> View:
    """A view that safety may depend on: all of its writes may use the reserve."""
    vars(view)[MARK] = True
    return view


def init_urgency(app: Flask) -> None:
    """Register it, before anything else writes for a request."""
    app.before_request(_begin)
    app.teardown_request(_end)


def is_urgent() -> bool:
    """Whether safety may depend on the current request."""
    return "urgent" in g


def _begin() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if view is not None and vars(view).get(MARK):
        g.urgent = ExitStack()
        g.urgent.enter_context(urgent())


def _end(_error: BaseException | None) -> None:
    entered: ExitStack = g.pop("urgent", ExitStack())
    entered.close()
