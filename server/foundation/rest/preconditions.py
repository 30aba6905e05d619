"""What a use case calls with the object it is about to change, before it changes anything."""

from collections.abc import Callable
from typing import Any

Check = Callable[[Any], None]


def unchecked(_found: Any) -> None:
    """Whatever was read before, it may be changed."""
