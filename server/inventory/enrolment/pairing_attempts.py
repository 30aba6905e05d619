"""Counts wrong pairing codes, so that nobody can guess one."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from server.foundation.errors import TooMany
from server.foundation.i18n import Sentence

WINDOW_MS = 60_000
FROM_ONE_ADDRESS = 5
IN_ALL = 100


@dataclass
class WrongCodes:
    """Wrong attempts of the last minute, in memory; right ones are not counted."""

    _tries: deque[tuple[int, str]] = field(default_factory=deque)
    publish: Callable[..., None] = field(default=lambda *_args: None)

    def check(self, address: str, now_ms: int) -> None:
        """Refuse any code while there were too many wrong ones. Raises TooMany."""
        while self._tries and self._tries[0][0] <= now_ms - WINDOW_MS:
            self._tries.popleft()
        own = [at_ms for at_ms, whose in self._tries if whose == address]
        if len(own) >= FROM_ONE_ADDRESS:
            raise _too_many(own[-FROM_ONE_ADDRESS], now_ms)
        if len(self._tries) >= IN_ALL:
            raise _too_many(self._tries[-IN_ALL][0], now_ms)

    def note(self, address: str, now_ms: int) -> None:
        """Count one wrong code."""
        self.record(address, now_ms)
        self.publish(address, now_ms)

    def record(self, address: str, at_ms: int) -> None:
        """Count a wrong code received by another worker."""
        self._tries.append((at_ms, address))


def _too_many(since_ms: int, now_ms: int) -> TooMany:
    wait_s = max(1, -(-(since_ms + WINDOW_MS - now_ms) // 1000))
    return TooMany(
        Sentence(
            f"绑定码输错次数过多，请 {wait_s} 秒后再试。",
            f"Too many wrong codes: try again in {wait_s} s.",
        ),
        retry_after_s=wait_s,
    )
