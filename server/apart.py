"""Runs blocking work (files, pictures, hashing) apart from the loop that serves everyone."""

from collections.abc import Callable
from typing import TypeVar

from gevent import get_hub, monkey

Result = TypeVar("Result")


def apart(work: Callable[[], Result]) -> Result:
    """Do the work in gevent's thread pool while others are served; elsewhere just do it."""
    if not monkey.is_module_patched("socket"):
        return work()
    result: Result = get_hub().threadpool.apply(work)
    return result
