"""The raw log: each play with its verdict, as an auditor reads it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from server.playback import boots, store
from server.playback.claims import corrected
from server.playback.driver import Tx
from server.playback.play import Play
from server.playback.store import BESIDE, CODES, StoredBatch
from server.playback.verdicts import Verdict

FOREVER_MS = 2**53


@dataclass(frozen=True, slots=True)
class LoggedPlay:
    """A play as it was handed in, and what became of it; `start_ms` is server time."""

    screen: int
    boot: str
    play: Play
    verdict: Verdict
    reason: str | None
    campaign: str | None
    start_ms: int | None
    received_ms: int


def plays_of_boot(tx: Tx, screen: int, boot: str) -> list[LoggedPlay]:
    """All plays of a boot by seq."""
    found = boots.find_boot(tx, screen, boot)
    if found is None:
        return []
    return list(read(tx, store.of_boot(tx, found, 1, FOREVER_MS)))


def read(tx: Tx, rows: Iterable[StoredBatch]) -> Iterator[LoggedPlay]:
    """The plays of some batches."""
    names: dict[int, str] = {}
    for row in rows:
        if row.boot not in names:
            names[row.boot] = tx.rows("SELECT boot FROM boots WHERE id = ?", (row.boot,))[0][0]
        yield from _of_batch(tx, row, names[row.boot])


def _of_batch(tx: Tx, row: StoredBatch, boot: str) -> Iterator[LoggedPlay]:
    reasons = _reasons(tx, row) if row.verdicts else {}
    campaigns = [tx.names.item_of(tx, item)[1] for item in row.unpacked().item]
    for play, code, campaign in zip(row.plays(tx), row.codes, campaigns, strict=True):
        yield LoggedPlay(
            screen=row.screen,
            boot=boot,
            play=play,
            verdict=CODES[code & ~BESIDE],
            reason=reasons.get(play.seq),
            campaign=campaign,
            start_ms=corrected(play, row.clock),
            received_ms=row.received_at,
        )


def _reasons(tx: Tx, row: StoredBatch) -> dict[int, str]:
    rows = tx.rows(
        "SELECT seq, reason FROM quarantine WHERE boot = ? AND seq BETWEEN ? AND ?",
        (row.boot, row.first, row.first + row.n - 1),
    )
    return dict(rows)
