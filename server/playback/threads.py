"""Work that would hold up gevent's hub is done aside, in a real thread of its pool."""

from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


def aside(function: Callable[..., T], *args: Any) -> T:
    """Call in the hub's thread pool under gevent, else right here; returns or raises the same."""
    from gevent import get_hub
    from gevent.monkey import is_module_patched

    if not is_module_patched("threading"):
        return function(*args)
    result: T = get_hub().threadpool.apply(function, args)
    return result
