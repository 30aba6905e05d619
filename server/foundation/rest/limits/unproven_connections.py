"""Limits plain HTTP connections of unauthenticated senders.

A connection costs its sender nothing, and the server a greenlet, buffers and a slot. If too many
keep the server waiting, the oldest of the network with the most is closed. Recent ones are spared:
a thousand screens behind one router reconnect at once, and are authenticated by their first
message. Connections that the server is working for are never closed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

MOST: Final = 400
YOUNG_S: Final = 2.0


@dataclass(slots=True, eq=False)
class Stranger:
    """One connection; it `waits` while the server has nothing to do for it."""

    _everyone: "Strangers"
    network: str
    since_s: float
    _close: Callable[[], None]
    waits: bool = True

    def know(self) -> None:
        """The sender is authenticated, or the connection is closed."""
        self._everyone.forget(self)

    def shut(self) -> None:
        """Close the connection."""
        self.know()
        self._close()


class Strangers:
    """All unproven connections of a worker; `clock` returns seconds."""

    def __init__(self, clock: Callable[[], float], most: int = MOST) -> None:
        self._clock = clock
        self._most = most
        self._count = 0
        self._networks: dict[str, dict[Stranger, None]] = {}

    def __len__(self) -> int:
        return self._count

    def enter(self, network: str, shut: Callable[[], None]) -> Stranger:
        """Add a connection; beyond the limit another one may be closed for it."""
        one = Stranger(self, network, self._clock(), shut)
        self._networks.setdefault(network, {})[one] = None
        self._count += 1
        while self._count > self._most and (gone := self._longest_of_the_greediest()) is not None:
            gone.shut()
        return one

    def forget(self, one: Stranger) -> None:
        """Remove a connection."""
        same = self._networks.get(one.network, {})
        if one not in same:
            return
        del same[one]
        self._count -= 1
        if not same:
            del self._networks[one.network]

    def _longest_of_the_greediest(self) -> Stranger | None:
        before_s = self._clock() - YOUNG_S
        for same in sorted(self._networks.values(), key=len, reverse=True):
            for one in same:
                if one.since_s > before_s:
                    break
                if one.waits:
                    return one
        return None
