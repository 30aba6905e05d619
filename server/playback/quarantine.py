"""Rows of plays that were put aside, with the reason."""

from collections.abc import Iterable, Sequence

from server.playback.boots import Boot
from server.playback.driver import Tx
from server.playback.store import StoredBatch
from server.playback.verdicts import Judged, Verdict


def add_quarantine(tx: Tx, boot: Boot, batch: int, judged: Iterable[Judged], now_ms: int) -> None:
    """List the plays that were put aside."""
    _insert(tx, boot.screen, boot.id, batch, judged, now_ms)


def quarantined(tx: Tx, boot: int, first: int, last: int) -> list[tuple[int, str]]:
    """Seq and reason of a boot's plays that are put aside."""
    return [
        (row[0], row[1])
        for row in tx.rows(
            "SELECT seq, reason FROM quarantine WHERE boot = ? AND seq BETWEEN ? AND ? "
            "ORDER BY seq",
            (boot, first, last),
        )
    ]


def replace_quarantine(tx: Tx, batch: StoredBatch, judged: Iterable[Judged]) -> None:
    """List anew those of a batch's plays whose verdict has changed."""
    judged = list(judged)
    tx.run_many(
        "DELETE FROM quarantine WHERE boot = ? AND seq = ?",
        [(batch.boot, one.play.seq) for one in judged],
    )
    _insert(tx, batch.screen, batch.boot, batch.id, judged, batch.received_at)


def quarantined_since(tx: Tx, screen: int, from_ms: int) -> list[int]:
    """Numbers of the batches that hold plays put aside which claim a time since then."""
    rows = tx.rows(
        "SELECT DISTINCT batch FROM quarantine WHERE screen = ? AND at_ms >= ? ORDER BY batch",
        (screen, from_ms),
    )
    return [row[0] for row in rows]


def earliest_quarantined(tx: Tx, boot: int) -> int | None:
    """The earliest time that a boot's plays claim which were put aside."""
    row = tx.row("SELECT MIN(at_ms) FROM quarantine WHERE boot = ?", (boot,))
    return row[0] if row else None


def _insert(
    tx: Tx, screen: int, boot: int, batch: int, judged: Iterable[Judged], now_ms: int
) -> None:
    rows = [
        (screen, boot, one.play.seq, batch, one.reason, one.at_ms, now_ms)
        for one in judged
        if one.verdict is Verdict.QUARANTINED
    ]
    if rows:
        tx.run_many(
            "INSERT INTO quarantine (screen, boot, seq, batch, reason, at_ms, received_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            rows,
        )


def claimed_between(tx: Tx, screen: int, from_ms: int, until_ms: int) -> list[int]:
    """Numbers of the batches that hold plays put aside which claim a time in [from, until)."""
    rows = tx.rows(
        "SELECT DISTINCT batch FROM quarantine WHERE screen = ? AND at_ms >= ? AND at_ms < ?",
        (screen, from_ms, until_ms),
    )
    return [row[0] for row in rows]


def page(
    tx: Tx, screens: Sequence[int], before: int | None, limit: int
) -> list[tuple[int, int, str, int, str, int | None, int]]:
    """Plays put aside, newest first: number, screen, boot, seq, reason, claimed time, receipt."""
    marks = ", ".join("?" for _ in screens)
    query = (
        "SELECT q.id, q.screen, b.boot, q.seq, q.reason, q.at_ms, q.received_at "  # noqa: S608 - names written in this package, never from a request
        f"FROM quarantine q JOIN boots b ON b.id = q.boot WHERE q.screen IN ({marks}) "
        "AND q.id < ? ORDER BY q.id DESC LIMIT ?"
    )
    rows = tx.rows(query, (*screens, before if before is not None else 2**62, limit))
    return [(row[0], row[1], row[2], row[3], row[4], row[5], row[6]) for row in rows]
