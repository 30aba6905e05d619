"""A callback of use cases: called with the object to be changed, before any change."""

from collections.abc import Callable
from typing import Any

Check = Callable[[Any], None]


def unchecked(_found: Any) -> None:
    """No precondition."""
