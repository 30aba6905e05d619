"""The raw log for auditors: each play with its verdict."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby, islice
from operator import itemgetter
from typing import Final

from server.playlog.model.claims import corrected
from server.playlog.model.play import COMPLETED, SCHEDULED, Play
from server.playlog.model.verdict_rules import Verdict
from server.playlog.store import batches, boots, quarantine
from server.playlog.store.packing.stored_batch import BESIDE, CODES, StoredBatch
from server.playlog.store.transaction import Tx

FOREVER_MS: Final = 2**53
EVER_MS: Final = 2**200
"""Later than any time claimed by a play; -EVER_MS is earlier."""
AT_ONCE: Final = 256
"""Batches (or screens) that are read together."""
NOT_EXPECTED: Final = "not_expected"
"""Why a completed play is partial: its slot was not expected of the screen."""
Near = Callable[[Tx, int, int, int, int], list[StoredBatch]]
NO_REASONS: Final[Mapping[int, str]] = {}
Stays = tuple[range, ...]
"""Times in which a screen was in a reader's scope: disjoint ranges of ms, in order."""


@dataclass(frozen=True, slots=True)
class LoggedPlay:
    """A play as received, with its verdict; `start_ms` is server time."""

    screen: int
    boot: str
    play: Play
    verdict: Verdict
    reason: str | None
    campaign: str | None
    start_ms: int | None
    received_ms: int

    @property
    def at_ms(self) -> int:
        """The instant that decides the play's place: as claimed, else the receipt."""
        return self.received_ms if self.start_ms is None else self.start_ms

    def is_of(self, from_ms: int, until_ms: int) -> bool:
        """Whether the play falls into [from_ms, until_ms): as claimed, else by its receipt."""
        by_claim = self.start_ms is not None and from_ms <= self.start_ms < until_ms
        doubtful = self.start_ms is None or self.verdict is Verdict.QUARANTINED
        return by_claim or (doubtful and from_ms <= self.received_ms < until_ms)


@dataclass(frozen=True, slots=True)
class Span:
    """Plays of some screens in [from_ms, until_ms).

    `stays`: screens that the reader may only read in part, with those times.
    """

    screens: tuple[int, ...]
    from_ms: int
    until_ms: int
    stays: Mapping[int, Stays] = field(default_factory=dict)

    def has(self, one: LoggedPlay) -> bool:
        """Whether the play falls into this span and is the reader's."""
        return one.is_of(self.from_ms, self.until_ms) and self.sees(one)

    def sees(self, one: LoggedPlay) -> bool:
        """Whether the play is the reader's, within this span or not."""
        stays = self.stays.get(one.screen)
        return stays is None or any(one.at_ms in stay for stay in stays)

    def seen(self, screen: int) -> list[range]:
        """The parts of this span that are the reader's."""
        cut = (
            range(max(stay.start, self.from_ms), min(stay.stop, self.until_ms))
            for stay in self.stays.get(screen, (range(-EVER_MS, EVER_MS),))
        )
        return [part for part in cut if part.start < part.stop]

    def first_seen(self, screen: int, from_ms: int, until_ms: int) -> int | None:
        """The first instant of [from_ms, until_ms) in this span that is the reader's."""
        starts = (
            max(from_ms, part.start)
            for part in self.seen(screen)
            if until_ms > part.start and from_ms < part.stop
        )
        return min(starts, default=None)

    def periods(self) -> list[tuple[int, int, list[int]]]:
        """The reader's time ranges (ms), each with the screens that share it."""
        parts = [
            ((part.start, part.stop), screen)
            for screen in self.screens
            for part in self.seen(screen)
        ]
        grouped = groupby(sorted(parts), key=itemgetter(0))
        return [(*times, [screen for _, screen in some]) for times, some in grouped]


def plays_of_boot(tx: Tx, screen: int, boot: str) -> list[LoggedPlay]:
    """All plays of a boot by seq."""
    found = boots.find_boot(tx, screen, boot)
    if found is None:
        return []
    return list(read(tx, batches.of_boot(tx, found, 1, FOREVER_MS)))


def plays_between(tx: Tx, span: Span) -> Iterator[LoggedPlay]:
    """Plays of a span: screen by screen, in the order of the batches' times."""
    for screen in span.screens:
        for one in read(tx, batches_between(tx, screen, span.from_ms, span.until_ms)):
            if span.has(one):
                yield one


def batches_between(
    tx: Tx, screen: int, from_ms: int, until_ms: int, how: Near = batches.near
) -> list[StoredBatch]:
    """A screen's batches with plays of a time, those that only claim it included."""
    widest_ms = boots.log_of(tx, screen).widest_ms
    found = {row.id: row for row in how(tx, screen, from_ms, until_ms, widest_ms)}
    claimed = quarantine.claimed_between(tx, [screen], from_ms, until_ms)
    found |= {row.id: row for row in batches.by_numbers(tx, claimed - found.keys())}
    return sorted(found.values(), key=lambda row: (row.t0, row.boot, row.first))


def plays_beside(
    tx: Tx, screens: Collection[int], from_ms: int, until_ms: int
) -> Iterator[LoggedPlay]:
    """Plays of a time that fulfil no slot, with others of their batches, in any order.

    For many screens as many statements as for few; boots and reasons of quarantine aren't read.
    """
    waiting = iter(screens)
    while some := list(islice(waiting, AT_ONCE)):
        low_ms = {screen: from_ms - ms for screen, ms in boots.widest_of(tx, some).items()}
        found = {row.id: row for row in batches.beside(tx, low_ms, from_ms, until_ms)}
        claimed = quarantine.claimed_between(tx, some, from_ms, until_ms)
        for row in (*found.values(), *batches.by_numbers(tx, claimed - found.keys())):
            yield from _read(tx, row, "", NO_REASONS, is_plain=_is_plain)


def read(tx: Tx, rows: Iterable[StoredBatch]) -> Iterator[LoggedPlay]:
    """The plays of some batches; what other tables have of them is asked for many at a time."""
    waiting = iter(rows)
    while piece := list(islice(waiting, AT_ONCE)):
        names = boots.names_of(tx, {row.boot for row in piece})
        reasons = quarantine.reasons_of(tx, piece)
        for row in piece:
            yield from _read(tx, row, names.get(row.boot, ""), reasons.get(row.boot, {}))


def read_batch(tx: Tx, row: StoredBatch, boot: str) -> Iterator[LoggedPlay]:
    """The plays of one batch of a boot."""
    last = row.first + row.n - 1
    reasons = dict(quarantine.quarantined(tx, row.boot, row.first, last)) if row.verdicts else {}
    return _read(tx, row, boot, reasons)


def _read(
    tx: Tx,
    row: StoredBatch,
    boot: str,
    reasons: Mapping[int, str],
    is_plain: Callable[[int, Play], bool] | None = None,
) -> Iterator[LoggedPlay]:
    """All plays of a batch, or those that aren't plain."""
    campaigns = [tx.names.item_of(tx, item)[1] for item in row.unpacked().item]
    for play, code, campaign in zip(row.plays(tx), row.codes, campaigns, strict=True):
        if is_plain is not None and is_plain(code, play):
            continue
        verdict = CODES[code & ~BESIDE]
        yield LoggedPlay(
            screen=row.screen,
            boot=boot,
            play=play,
            verdict=verdict,
            reason=NOT_EXPECTED if _is_beside(code, play) else reasons.get(play.seq),
            campaign=campaign,
            start_ms=None if verdict is Verdict.UNSYNCED else corrected(play, row.clock),
            received_ms=row.received_at,
        )


def _is_plain(code: int, play: Play) -> bool:
    """Whether a play was counted for its slot, as most are."""
    return not code and play.cause == SCHEDULED


def _is_beside(code: int, play: Play) -> bool:
    """Whether a play was completed whose slot isn't wholly in its segment and tenure."""
    partial = CODES.index(Verdict.PARTIAL) | BESIDE
    return code == partial and play.state == COMPLETED and play.cause == SCHEDULED
