"""Quarantine rows: plays that were not accepted, with the reason."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from server.playlog.model.verdict_rules import Judged, Verdict
from server.playlog.store.boots import Boot
from server.playlog.store.packing.stored_batch import StoredBatch
from server.playlog.store.transaction import Tx

MOST_READ: Final = 200_000
"""Newest rows read for a page: a few players with a wrong clock add so many in some days."""


def add_quarantine(tx: Tx, boot: Boot, batch: int, judged: Iterable[Judged], now_ms: int) -> None:
    """Insert quarantine rows for plays."""
    _insert(tx, boot.screen, boot.id, batch, judged, now_ms)


def quarantined(tx: Tx, boot: int, first: int, last: int) -> list[tuple[int, str]]:
    """Seq and reason of a boot's quarantined plays."""
    return [
        (row[0], row[1])
        for row in tx.rows(
            "SELECT seq, reason FROM quarantine WHERE boot = ? AND seq BETWEEN ? AND ? "
            "ORDER BY seq",
            (boot, first, last),
        )
    ]


def reasons_of(tx: Tx, rows: Iterable[StoredBatch]) -> dict[int, dict[int, str]]:
    """By boot and seq, why plays of some batches are put aside."""
    asked = [(row.boot, row.first, row.first + row.n - 1) for row in rows if row.verdicts]
    found: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for boot, seq, reason in tx.rows_for(
        "SELECT boot, seq, reason FROM asked "
        "JOIN quarantine ON boot = c0 AND seq BETWEEN c1 AND c2",
        asked,
    ):
        found[boot][seq] = reason
    return found


def replace_quarantine(tx: Tx, batch: StoredBatch, judged: Iterable[Judged]) -> None:
    """Replace the quarantine rows of a batch's plays whose verdict has changed."""
    judged = list(judged)
    tx.run_many(
        "DELETE FROM quarantine WHERE boot = ? AND seq = ?",
        [(batch.boot, one.play.seq) for one in judged],
    )
    _insert(tx, batch.screen, batch.boot, batch.id, judged, batch.received_at)


def quarantined_since(tx: Tx, screen: int, from_ms: int) -> list[int]:
    """Row numbers of batches with quarantined plays that claim a time since then."""
    rows = tx.rows(
        "SELECT DISTINCT batch FROM quarantine WHERE screen = ? AND at_ms >= ? ORDER BY batch",
        (screen, from_ms),
    )
    return [row[0] for row in rows]


FUTURE: Final = "future"
"""The reason of plays that wait: they are ahead of the server's clock."""


def unsigned(tx: Tx, screen: int) -> set[tuple[int, int]]:
    """Boot (row number) and seq of a screen's plays that lack a signature."""
    rows = tx.rows(
        "SELECT boot, seq FROM quarantine WHERE screen = ? AND reason = 'unsigned'", (screen,)
    )
    return {(row[0], row[1]) for row in rows}


class Waiting(NamedTuple):
    """A waiting play: row numbers of its boot and batch, and its claimed start."""

    boot: int
    seq: int
    batch: int
    at_ms: int


def waiting(tx: Tx, screen: int, due_ms: int, most: int) -> list[Waiting]:
    """A screen's first waiting plays that claim to begin before then."""
    rows = tx.rows(
        "SELECT boot, seq, batch, at_ms FROM quarantine "
        "WHERE screen = ? AND at_ms < ? AND reason = ? ORDER BY at_ms, boot, seq LIMIT ?",
        (screen, due_ms, FUTURE, most),
    )
    return [Waiting(*row) for row in rows]


def screens_waiting(tx: Tx, due_ms: int) -> list[int]:
    """Screens with waiting plays that claim to begin before then."""
    rows = tx.rows(
        "SELECT DISTINCT screen FROM quarantine WHERE reason = ? AND at_ms < ? ORDER BY screen",
        (FUTURE, due_ms),
    )
    return [row[0] for row in rows]


def earliest_quarantined(tx: Tx, boot: int) -> int | None:
    """The earliest time claimed by a boot's quarantined plays."""
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


def claimed_between(tx: Tx, screens: Iterable[int], from_ms: int, until_ms: int) -> set[int]:
    """Row numbers of batches with quarantined plays that claim a time in [from_ms, until_ms)."""
    rows = tx.rows_for(
        "SELECT DISTINCT batch FROM asked CROSS JOIN quarantine "
        "WHERE screen = c0 AND at_ms >= c1 AND at_ms < c2",
        [(screen, from_ms, until_ms) for screen in screens],
    )
    return {row[0] for row in rows}


def page(
    tx: Tx, screens: Sequence[int], before: int | None, limit: int
) -> list[tuple[int, int, str, int, str, int | None, int]]:
    """Quarantined plays, newest first: number, screen, boot, seq, reason, claimed time, receipt."""
    marks = ", ".join("?" for _ in screens)
    query = (
        "SELECT q.id, q.screen, b.boot, q.seq, q.reason, q.at_ms, q.received_at "  # noqa: S608 - names written in this package, never from a request
        f"FROM quarantine q JOIN boots b ON b.id = q.boot WHERE q.screen IN ({marks}) "
        "AND q.id < ? ORDER BY q.id DESC LIMIT ?"
    )
    rows = tx.rows(query, (*screens, before if before is not None else 2**62, limit))
    return [(row[0], row[1], row[2], row[3], row[4], row[5], row[6]) for row in rows]


@dataclass(frozen=True, slots=True)
class QuarantineGroup:
    """Plays of a boot quarantined for one reason; `first_ms` and `last_ms` as claimed."""

    screen: int
    boot: str
    reason: str
    plays: int
    first_ms: int | None
    last_ms: int | None
    received_ms: int


def heaps(tx: Tx, screens: Sequence[int], reason: str | None, limit: int) -> list[QuarantineGroup]:
    """Quarantined plays by boot and reason, latest first; of the newest `MOST_READ`."""
    marks = ", ".join("?" for _ in screens)
    narrowed, values = ("AND q.reason = ? ", (reason,)) if reason else ("", ())
    query = (
        "SELECT q.screen, b.boot, q.reason, COUNT(*), MIN(q.at_ms), MAX(q.at_ms), "  # noqa: S608 - names written in this package, never from a request
        "MAX(q.received_at) FROM quarantine q JOIN boots b ON b.id = q.boot "
        "WHERE q.id > (SELECT COALESCE(MAX(id), 0) FROM quarantine) - ? "
        f"AND q.screen IN ({marks}) {narrowed}"
        "GROUP BY q.screen, b.boot, q.reason ORDER BY MAX(q.id) DESC LIMIT ?"
    )
    return [QuarantineGroup(*row) for row in tx.rows(query, (MOST_READ, *screens, *values, limit))]


@dataclass(frozen=True, slots=True)
class FlaggedBoot:
    """A suspected boot, with a person's decision since (`boots.flag`)."""

    screen: int
    boot: str
    flag: str
    plays: int
    last_at: int


def flagged_boots(tx: Tx, screens: Sequence[int]) -> list[FlaggedBoot]:
    """Boots that are or were suspected, undecided ones first."""
    marks = ", ".join("?" for _ in screens)
    query = (
        "SELECT b.screen, b.boot, b.flag, b.upto, b.last_at FROM logs l "  # noqa: S608 - names written in this package, never from a request
        "JOIN boots b ON b.screen = l.screen WHERE l.flagged_at IS NOT NULL "
        f"AND b.flag IS NOT NULL AND b.screen IN ({marks}) "
        "ORDER BY CASE b.flag WHEN 'suspected' THEN 0 ELSE 1 END, b.id DESC LIMIT 100"
    )
    return [FlaggedBoot(*row) for row in tx.rows(query, tuple(screens))]
