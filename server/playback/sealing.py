"""The server-wide chain of days: each day's heads of all boots, over the day before.

The head of the last day is printed on reports: whoever keeps a print can show later that the log
of the days before was not altered.
"""

import hashlib

import msgspec

from server.playback.civil import Civil
from server.playback.driver import Tx

START = hashlib.sha256(b"anping days").digest()


def seal_days(tx: Tx, civil: Civil, now_ms: int) -> int:
    """Seal the days that are over and not sealed yet; how many were."""
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


def digest_of(tx: Tx, civil: Civil, day: int) -> tuple[bytes, int]:
    """SHA-256 over the last head of each boot that handed in plays on a day; how many there are."""
    rows = tx.rows(
        "SELECT b.screen, o.boot, b.first + b.n - 1, b.head FROM batches b "
        "JOIN boots o ON o.id = b.boot WHERE b.id IN ("
        "SELECT MAX(id) FROM batches WHERE received_at >= ? AND received_at < ? GROUP BY boot"
        ") ORDER BY b.screen, o.boot",
        (civil.start_of(day), civil.start_of(day + 1)),
    )
    hasher = hashlib.sha256()
    for screen, boot, upto, head in rows:
        hasher.update(msgspec.json.encode([screen, boot, upto, bytes(head).hex()]))
    return hasher.digest(), len(rows)


def linked(before: bytes, day: int, boots: int, digest: bytes) -> bytes:
    """The head after one more day."""
    return hashlib.sha256(before + msgspec.json.encode([day, boots, digest.hex()])).digest()


def newest_head(tx: Tx) -> str | None:
    """The head of the last sealed day."""
    row = tx.row("SELECT head FROM day_seals ORDER BY day DESC LIMIT 1")
    return bytes(row[0]).hex() if row else None
