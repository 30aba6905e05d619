"""The raw log: each play with its verdict, as an auditor reads it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from server.playback import boots, quarantine, store
from server.playback.claims import corrected
from server.playback.driver import Tx
from server.playback.play import Play
from server.playback.store import BESIDE, CODES, StoredBatch
from server.playback.verdicts import Verdict

FOREVER_MS: Final = 2**53


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

    def is_of(self, from_ms: int, until_ms: int) -> bool:
        """Whether the play is of [from, until): as it claims, else by when it was handed in."""
        by_claim = self.start_ms is not None and from_ms <= self.start_ms < until_ms
        doubtful = self.start_ms is None or self.verdict is Verdict.QUARANTINED
        return by_claim or (doubtful and from_ms <= self.received_ms < until_ms)


@dataclass(frozen=True, slots=True)
class Span:
    """Plays of some screens in [from_ms, until_ms)."""

    screens: tuple[int, ...]
    from_ms: int
    until_ms: int


def plays_of_boot(tx: Tx, screen: int, boot: str) -> list[LoggedPlay]:
    """All plays of a boot by seq."""
    found = boots.find_boot(tx, screen, boot)
    if found is None:
        return []
    return list(read(tx, store.of_boot(tx, found, 1, FOREVER_MS)))


def plays_between(tx: Tx, span: Span) -> Iterator[LoggedPlay]:
    """Plays of a span: screen by screen, in the order of the batches' times."""
    for screen in span.screens:
        for one in read(tx, batches_between(tx, screen, span.from_ms, span.until_ms)):
            if one.is_of(span.from_ms, span.until_ms):
                yield one


def batches_between(tx: Tx, screen: int, from_ms: int, until_ms: int) -> list[StoredBatch]:
    """A screen's batches with plays of a time, those that only claim it included."""
    widest_ms = boots.log_of(tx, screen).widest_ms
    found = {row.id: row for row in store.near(tx, screen, from_ms, until_ms, widest_ms)}
    claimed = quarantine.claimed_between(tx, screen, from_ms, until_ms)
    found |= {row.id: row for row in store.by_numbers(tx, set(claimed) - set(found))}
    return sorted(found.values(), key=lambda row: (row.t0, row.boot, row.first))


def read(tx: Tx, rows: Iterable[StoredBatch]) -> Iterator[LoggedPlay]:
    """The plays of some batches."""
    names: dict[int, str] = {}
    for row in rows:
        if row.boot not in names:
            names[row.boot] = boots.name_of(tx, row.boot)
        yield from read_batch(tx, row, names[row.boot])


def read_batch(tx: Tx, row: StoredBatch, boot: str) -> Iterator[LoggedPlay]:
    """The plays of one batch of a boot."""
    last = row.first + row.n - 1
    reasons = dict(quarantine.quarantined(tx, row.boot, row.first, last)) if row.verdicts else {}
    campaigns = [tx.names.item_of(tx, item)[1] for item in row.unpacked().item]
    for play, code, campaign in zip(row.plays(tx), row.codes, campaigns, strict=True):
        verdict = CODES[code & ~BESIDE]
        yield LoggedPlay(
            screen=row.screen,
            boot=boot,
            play=play,
            verdict=verdict,
            reason=reasons.get(play.seq),
            campaign=campaign,
            start_ms=None if verdict is Verdict.UNSYNCED else corrected(play, row.clock),
            received_ms=row.received_at,
        )
