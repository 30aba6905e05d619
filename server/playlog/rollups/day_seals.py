"""The server-wide chain of days: a day's hash covers all boots' heads and the day before.

Reports print the head of the last day, so that a print proves later that the log up to that day was
not altered.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

import msgspec

from server.foundation.civil_time import Civil, DayFinder
from server.playlog.model.day_chain import START, DaySeal, linked
from server.playlog.store.transaction import Tx


def seal_days(tx: Tx, civil: Civil, now_ms: int) -> int:
    """Seal all days that are over; returns how many."""
    first = tx.row("SELECT MIN(received_at) FROM batches")
    last = tx.row("SELECT day, head FROM day_seals ORDER BY day DESC LIMIT 1")
    if first is None or first[0] is None:
        return 0
    day = civil.day_of(first[0]) if last is None else last[0] + 1
    head = START if last is None else bytes(last[1])
    sealed = 0
    while day < civil.day_of(now_ms):
        digest, boots = digest_of(tx, civil, day)
        head = linked(head, day, boots, digest)
        tx.run(
            "INSERT INTO day_seals (day, boots, digest, head) VALUES (?, ?, ?, ?)",
            (day, boots, digest, head),
        )
        day, sealed = day + 1, sealed + 1
    return sealed


def noted_ms(tx: Tx, civil: Civil, received_ms: int) -> int:
    """The receipt time to store: never on a day that is sealed already, ms.

    If the server's clock was set back, or was ahead at the sealing, the day's log would otherwise
    seem altered.
    """
    sealed = tx.names.sealed_day
    return max(received_ms, _end_of(civil, sealed)) if sealed else received_ms


@lru_cache(maxsize=4)
def _end_of(civil: Civil, day: int) -> int:
    return civil.start_of(day + 1)


class _Last(NamedTuple):
    """A boot's last sequence number at the end of a day, and its head there."""

    screen: int
    boot: str
    upto: int
    head: bytes

    def encoded(self) -> bytes:
        return msgspec.json.encode([self.screen, self.boot, self.upto, bytes(self.head).hex()])


def digest_of(tx: Tx, civil: Civil, day: int) -> tuple[bytes, int]:
    """SHA-256 over the last heads of all boots that delivered plays on a day; their number."""
    rows = tx.rows(
        "SELECT b.screen, o.boot, b.first + b.n - 1, b.head FROM batches b "
        "JOIN boots o ON o.id = b.boot WHERE b.id IN ("
        "SELECT MAX(id) FROM batches WHERE received_at >= ? AND received_at < ? GROUP BY boot"
        ")",
        (civil.start_of(day), civil.start_of(day + 1)),
    )
    hasher = hashlib.sha256()
    for last in sorted(_Last(*row) for row in rows):
        hasher.update(last.encoded())
    return hasher.digest(), len(rows)


class Digests:
    """Digests of many days in one pass over the batches, screen after screen.

    Keeps one hash state a day, regardless of the number of boots.
    """

    def __init__(self, civil: Civil, days: Sequence[int]) -> None:
        self._days = {day: hashlib.sha256() for day in days}
        self._boots = dict.fromkeys(days, 0)
        self._finder = DayFinder(civil)

    def add(self, tx: Tx, screens: Iterable[int]) -> None:
        """Add batches of screens, in order of their numbers."""
        for screen in screens:
            for day, last in self._lasts(tx, screen):
                self._days[day].update(last.encoded())
                self._boots[day] += 1

    def of(self, day: int) -> tuple[bytes, int]:
        """The same as `digest_of` for a day."""
        return self._days[day].digest(), self._boots[day]

    def _lasts(self, tx: Tx, screen: int) -> Iterator[tuple[int, _Last]]:
        rows = tx.rows(
            "SELECT b.received_at, o.boot, b.first + b.n - 1, b.head, b.id FROM batches b "
            "JOIN boots o ON o.id = b.boot WHERE b.screen = ?",
            (screen,),
        )
        rows.sort(key=itemgetter(4))
        found: dict[tuple[int, str], _Last] = {}
        for received_at, boot, upto, head, _ in rows:
            day, _ = self._finder.find(received_at)
            if day in self._days:
                found[day, boot] = _Last(screen, boot, upto, head)
        for (day, _), last in sorted(found.items()):
            yield day, last


def day_seals(tx: Tx) -> list[DaySeal]:
    """All days that were sealed, in order."""
    rows = tx.rows("SELECT day, boots, digest, head FROM day_seals ORDER BY day")
    return [DaySeal(day, boots, bytes(digest), bytes(head)) for day, boots, digest, head in rows]


def newest_head(tx: Tx) -> str | None:
    """The head of the last sealed day."""
    row = tx.row("SELECT head FROM day_seals ORDER BY day DESC LIMIT 1")
    return bytes(row[0]).hex() if row else None
