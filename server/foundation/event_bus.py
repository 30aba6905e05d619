"""Notices after commit: a lower feature says what happened, `server.app` wires who listens."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

Notice = TypeVar("Notice")


@dataclass
class Events:
    """Calls the listeners of a notice's class, in the order in which they were wired."""

    _listeners: dict[type, list[Callable[[Any], None]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    _silent: bool = False

    @contextmanager
    def silence(self) -> Iterator[None]:
        """Drop what is published in the block: for hundreds of changes made in one go.

        Whoever asks for it does afterwards, once for all, what the listeners would have done.
        """
        self._silent = True
        try:
            yield
        finally:
            self._silent = False

    def listen(self, kind: type[Notice], listener: Callable[[Notice], None]) -> None:
        """Wire a listener; done once, in `server.app`."""
        self._listeners[kind].append(listener)

    def publish(self, notice: object) -> None:
        """Tell the listeners. Call it after the transaction, never inside."""
        for listener in () if self._silent else self._listeners[type(notice)]:
            listener(notice)
