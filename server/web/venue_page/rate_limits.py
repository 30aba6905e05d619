"""How often one address, and all together, may be wrong or costly; in memory, of bounded size.

These only shed load: what must hold in any case (codes of 132 bits, locks of PINs, reports an
hour) is in the database. So a restart may forget them. Many phones share one address: a right code
is never asked for its address.
"""

import ipaddress
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import BoundedSemaphore
from typing import Final

from server.foundation.durations import HOUR_MS, MINUTE_MS
from server.foundation.errors import Busy, TooMany
from server.foundation.i18n import Sentence

MOST_ADDRESSES: Final = 10_000
FORMS_AT_ONCE: Final = 200
FORMS_OF_ONE: Final = 3
PHOTOS_AT_ONCE: Final = 4
PATIENCE_S: Final = 20.0
ALL: Final = ""
SLOW_DOWN: Final = Sentence("操作过于频繁，请稍后再试。", "Too many requests: try again later.")


@dataclass
class Counts:
    """At most so many from one address in a window, and from all; the oldest are forgotten."""

    from_one: int
    in_all: int
    window_ms: int
    publish: Callable[..., None] = field(default=lambda *_payload: None)
    _seen: OrderedDict[str, tuple[int, int]] = field(default_factory=OrderedDict)

    def add(self, address: str, now_ms: int) -> None:
        """Count one more. Raises TooMany beyond the bound."""
        self.check(address, now_ms)
        self.note(address, now_ms)

    def check(self, address: str, now_ms: int) -> None:
        """Raises TooMany if there were as many as may be."""
        for name, most in ((_group(address), self.from_one), (ALL, self.in_all)):
            since_ms, count = self._of(name, now_ms)
            if count >= most:
                wait_s = max(1, -(-(since_ms + self.window_ms - now_ms) // 1000))
                raise TooMany(SLOW_DOWN, retry_after_s=wait_s)

    def note(self, address: str, now_ms: int) -> None:
        """Count one more, whatever the bound."""
        self.receive(address, now_ms)
        self.publish(address, now_ms)

    def receive(self, address: str, now_ms: int) -> None:
        """Count a request to another worker."""
        for name in (_group(address), ALL):
            since_ms, count = self._of(name, now_ms)
            self._seen.pop(name, None)
            self._seen[name] = (since_ms, count + 1)
        while len(self._seen) > MOST_ADDRESSES:
            self._seen.popitem(last=False)

    def _of(self, name: str, now_ms: int) -> tuple[int, int]:
        """The start of the window, and the count in it; a new window once it is over."""
        since_ms, count = self._seen.get(name, (now_ms, 0))
        is_over = now_ms - since_ms >= self.window_ms or now_ms < since_ms
        return (now_ms, 0) if is_over else (since_ms, count)

    def __len__(self) -> int:
        return len(self._seen)


@dataclass
class Limits:
    """The limits: wrong codes, wrong PINs, reports and photos, forms and photos at once."""

    codes: Counts = field(default_factory=lambda: Counts(30, 600, MINUTE_MS))
    pins: Counts = field(default_factory=lambda: Counts(20, 2_000, HOUR_MS))
    reports: Counts = field(default_factory=lambda: Counts(20, 2_000, HOUR_MS))
    _forms: Counter[str] = field(default_factory=Counter)
    _photos: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(PHOTOS_AT_ONCE))

    @contextmanager
    def form_of(self, code: str) -> Iterator[None]:
        """Hold a place for a form being read, which takes minutes over a weak network. Raises Busy.

        Few are for one screen, so that one sticker can't block the others.
        """
        if self._forms[code] >= FORMS_OF_ONE or self._forms.total() >= FORMS_AT_ONCE:
            raise Busy
        self._forms[code] += 1
        try:
            yield
        finally:
            self._forms[code] -= 1
            if not self._forms[code]:
                del self._forms[code]

    @contextmanager
    def photos_at_once(self) -> Iterator[None]:
        """Few photos are re-encoded at a time: each costs a process and some memory.

        One that is fully received waits for its turn. Raises Busy after a while.
        """
        if not self._photos.acquire(timeout=PATIENCE_S):
            raise Busy
        try:
            yield
        finally:
            self._photos.release()


def _group(address: str) -> str:
    """A network of IPv6 is one customer's: he has all of its addresses."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:45]
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
