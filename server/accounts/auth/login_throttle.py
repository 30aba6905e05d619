"""Growing delays after wrong passwords, per name and address."""

from collections.abc import Callable
from dataclasses import dataclass, field

from server.foundation.errors import TooMany
from server.foundation.i18n import Sentence

FREE_TRIES = 3
FIRST_DELAY_MS = 2_000
LONGEST_DELAY_MS = 300_000
FORGOTTEN_AFTER_MS = 900_000
MOST_KEPT = 50_000

Who = tuple[str, str]
"""A user name as typed, and an address."""


@dataclass
class Delays:
    """Number of attempts and the last one's time, in memory; unknown names are treated alike."""

    _tries: dict[Who, tuple[int, int]] = field(default_factory=dict)
    publish: Callable[..., None] = field(default=lambda *_payload: None)

    def begin(self, who: Who, now_ms: int) -> None:
        """Count an attempt before its password is checked. Raises TooMany within the delay."""
        count, last_ms = self._tries.pop(who, (0, 0))
        if now_ms - last_ms >= FORGOTTEN_AFTER_MS:
            count = 0
        left_ms = last_ms + _delay_after(count) - now_ms
        if count and left_ms > 0:
            self._tries[who] = (count, last_ms)
            raise _too_many(-(-left_ms // 1000))
        self._note(who, count + 1, now_ms)
        self.publish(*who, count + 1, now_ms)

    def succeed(self, who: Who) -> None:
        """The password was right: reset the count."""
        self._tries.pop(who, None)
        self.publish(*who, 0, 0)

    def receive(self, name: str, address: str, count: int, at_ms: int) -> None:
        """Take over another worker's count of attempts; 0 after a right password."""
        former, last_ms = self._tries.pop((name, address), (0, 0))
        if at_ms - last_ms >= FORGOTTEN_AFTER_MS:
            former = 0
        if count:
            self._note((name, address), max(former + 1, count), at_ms)

    def _note(self, who: Who, count: int, at_ms: int) -> None:
        self._tries[who] = (count, at_ms)
        if len(self._tries) > MOST_KEPT:
            self._tries.pop(next(iter(self._tries)))


def _delay_after(count: int) -> int:
    """2 s after the third wrong attempt, doubling up to 5 minutes."""
    if count < FREE_TRIES:
        return 0
    return min(LONGEST_DELAY_MS, FIRST_DELAY_MS << min(count - FREE_TRIES, 20))


def _too_many(wait_s: int) -> TooMany:
    return TooMany(
        Sentence(
            f"登录失败次数过多，请 {wait_s} 秒后再试。",
            f"Too many failed sign-ins: try again in {wait_s} s.",
        ),
        retry_after_s=wait_s,
    )
