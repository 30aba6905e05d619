"""Events after commit: lower rooms publish them, `server.app` subscribes the listeners."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

Notice = TypeVar("Notice")


@dataclass
class Events:
    """Calls the listeners of an event's class, in order of subscription."""

    _listeners: dict[type, list[Callable[[Any], None]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    _silent: bool = False

    @contextmanager
    def silence(self) -> Iterator[None]:
        """Drop events published in the block: for hundreds of changes in one go.

        The caller must afterwards do once what the listeners would have done.
        """
        self._silent = True
        try:
            yield
        finally:
            self._silent = False

    def listen(self, kind: type[Notice], listener: Callable[[Notice], None]) -> None:
        """Subscribe a listener; done once, in `server.app`."""
        self._listeners[kind].append(listener)

    def publish(self, notice: object) -> None:
        """Call the listeners. To be used after the transaction, never inside."""
        for listener in () if self._silent else self._listeners[type(notice)]:
            listener(notice)
