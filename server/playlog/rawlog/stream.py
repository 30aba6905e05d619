"""Streams the raw log in small pieces, so that long reads block nobody.

Each piece is read in a short transaction of its own: an hour-long reader holds no snapshot for an
hour, so SQLite's journal can be reset and PostgreSQL can vacuum. Stored plays never change and the
end of a run is fixed before it starts, so nothing is lost. Only verdicts may change meanwhile; each
play carries the one at the time of its reading.
"""

import itertools
from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, TypeVar

from server.foundation.db.session import Database
from server.playlog.model import hash_chain
from server.playlog.rawlog.declared_losses import Loss, losses
from server.playlog.rawlog.reader import LoggedPlay, Span, read_batch
from server.playlog.store import batches as store
from server.playlog.store import boots
from server.playlog.store.boots import Boot
from server.playlog.store.interned_ids import Names
from server.playlog.store.packing.stored_batch import StoredBatch
from server.playlog.store.recovered_ranges import (
    LostRange,
    head_before,
    lost_ranges,
    range_around,
)
from server.playlog.store.snapshot import snapshot
from server.playlog.store.transaction import Tx

T = TypeVar("T")
PIECE: Final = 500
"""Most plays that are read at a time; at least one batch is."""
BATCHES_AT_ONCE: Final = 8


class Passage(NamedTuple):
    """A batch with its plays."""

    batch: StoredBatch
    plays: Sequence[LoggedPlay]


class Declared(NamedTuple):
    """A range that was declared lost.

    `at_ms`: the earliest time within the span at which its plays may have been shown; None if the
    range is only between plays of the span.
    """

    range: LostRange
    at_ms: int | None


@dataclass(frozen=True, slots=True)
class Run:
    """The part of a boot in a span, from seq `first` to `last`: plays, and losses (`declared`).

    `begins`: the seq of the first batch, or of a loss before it. `head`: the chain head before the
    run. `beside`: the head before that batch, which differs if it was recovered from a declared
    loss. `lost`: all declared ranges of the boot.
    """

    span: Span
    boot: Boot
    first: int
    last: int
    begins: int
    lost: Sequence[LostRange]
    declared: Sequence[Declared]
    head: bytes
    beside: bytes


@dataclass(frozen=True, slots=True)
class Piece:
    """Batches and losses of a run in order; plays recovered from a loss precede it."""

    run: Run
    parts: Sequence[Passage | Declared]

    @property
    def passages(self) -> list[Passage]:
        """The batches."""
        return [part for part in self.parts if isinstance(part, Passage)]


@dataclass(frozen=True, slots=True)
class _Found:
    """Extent of a span within a boot: its outermost batches, and its losses."""

    boot: Boot
    batches: tuple[int, int] | None
    losses: Sequence[Loss]


def prefetch_first(pieces: Iterator[T]) -> Iterator[T]:
    """The iterator with its first element computed, so that early errors can still be answered."""
    first = list(itertools.islice(pieces, 1))
    return itertools.chain(first, pieces)


def stream_log(database: Database, span: Span, most: int = PIECE) -> Iterator[Piece]:
    """Plays of a span and those between them: screen by screen, boot by boot.

    Raises Damaged where plays can't be read, Busy if the database is unavailable.
    """
    names = Names()
    for screen in span.screens:
        with snapshot(database, names) as tx:
            boots_found = tx.aside(_boots_of, screen, span)
        for found in boots_found:
            with snapshot(database, names) as tx:
                run = tx.aside(_run_of, found, span)
            if run is not None:
                yield from _pieces(database, names, run, most)


def _pieces(database: Database, names: Names, run: Run, most: int) -> Iterator[Piece]:
    seq, ahead = run.begins, deque(run.declared)
    while True:
        with snapshot(database, names) as tx:
            passages = tx.aside(_passages, run, seq, most)
        if not passages:
            break
        yield Piece(run, list(_with_losses(passages, ahead)))
        seq = passages[-1].batch.first + passages[-1].batch.n
    if ahead:
        yield Piece(run, list(ahead))


def _with_losses(
    passages: Sequence[Passage], ahead: deque[Declared]
) -> Iterator[Passage | Declared]:
    for passage in passages:
        while ahead and ahead[0].range.last < passage.batch.first:
            yield ahead.popleft()
        yield passage


def _boots_of(tx: Tx, screen: int, span: Span) -> list[_Found]:
    """Boots in order of their plays; wholly lost ones by the estimated time of the loss."""
    widest_ms = boots.log_of(tx, screen).widest_ms
    rows = tx.rows(
        "SELECT boot, MIN(t0), MIN(first), MAX(first + n) - 1 FROM ("
        "SELECT boot, first, n, t0 FROM batches WHERE screen = ? AND t0 >= ? AND t0 < ? "
        "AND t0 + span >= ? UNION ALL "
        "SELECT b.boot, b.first, b.n, b.t0 FROM quarantine q JOIN batches b ON b.id = q.batch "
        "WHERE q.screen = ? AND q.at_ms >= ? AND q.at_ms < ?"
        ") AS found GROUP BY boot",
        (
            screen, span.from_ms - widest_ms, span.until_ms, span.from_ms,
            screen, span.from_ms, span.until_ms,
        ),
    )  # fmt: skip
    batches = {boots.name_of(tx, row[0]): row[1:] for row in rows}
    lost = defaultdict(list)
    for one in losses(tx, replace(span, screens=(screen,))):
        lost[one.boot].append(one)
    times = {name: min(one.from_ms for one in mine) for name, mine in lost.items()}
    times |= {name: row[0] for name, row in batches.items()}
    found = []
    for name in times:
        boot, ends = boots.find_boot(tx, screen, name), batches.get(name)
        if boot is not None:
            found.append(_Found(boot, ends and (ends[1], ends[2]), lost[name]))
    return sorted(found, key=lambda one: (times[one.boot.boot], one.boot.id))


def _run_of(tx: Tx, found: _Found, span: Span) -> Run | None:
    """The run of a boot from its first to its last play in the span; None without any."""
    boot, seen = found.boot, {one.first: one.seen_in(span) for one in found.losses}
    ends = [] if found.batches is None else _ends(tx, boot, found.batches, span)
    seqs = [*(seq for seq, _ in ends), *seen, *(one.last for one in found.losses)]
    if not seqs:
        return None
    begins = min([*(batch for _, batch in ends), *seen])
    lost = lost_ranges(tx, boot.id)
    inside = range_around(lost, begins)
    rests_on = begins if inside is None else inside.first
    first, last = min(seqs), max(seqs)
    declared = [
        Declared(one, seen.get(one.first))
        for one in lost
        if rests_on <= one.first and one.last <= last
    ]
    heads = _head(tx, boot, rests_on, lost), _head(tx, boot, begins, lost)
    return Run(span, boot, first, last, begins, lost, declared, *heads)


def _ends(tx: Tx, boot: Boot, batches: tuple[int, int], span: Span) -> list[tuple[int, int]]:
    """The first and the last play of a span between two batches."""
    ends = (_outermost(tx, boot, batches, span, backwards=back) for back in (False, True))
    return [end for end in ends if end is not None]


def _outermost(
    tx: Tx, boot: Boot, batches: tuple[int, int], span: Span, *, backwards: bool
) -> tuple[int, int] | None:
    """The first (or last) play of a span between two batches: its seq, and its batch's first."""
    least, highest = batches
    while rows := store.stretch(tx, boot, least, highest, BATCHES_AT_ONCE, backwards=backwards):
        for row in rows:
            plays = read_batch(tx, row, boot.boot)
            seqs = [one.play.seq for one in plays if span.has(one)]
            if seqs:
                return (max(seqs) if backwards else min(seqs)), row.first
        if backwards:
            highest = rows[-1].first - 1
        else:
            least = rows[-1].first + rows[-1].n
    return None


def _head(tx: Tx, boot: Boot, seq: int, lost: Sequence[LostRange]) -> bytes:
    return head_before(tx, boot, seq, lost) or hash_chain.start(boot.boot)


def _passages(tx: Tx, run: Run, seq: int, most: int) -> list[Passage]:
    """The batches of a run from a seq on, as many as hold `most` plays together."""
    rows = tx.rows(
        "SELECT n, first FROM batches WHERE screen = ? AND boot = ? AND first + n > ? "
        "AND first <= ? ORDER BY first LIMIT ?",
        (run.boot.screen, run.boot.id, seq, run.last, most),
    )
    if not rows:
        return []
    n, first = rows[_fitting((row[0] for row in rows), most) - 1]
    batches = store.stretch(tx, run.boot, seq, min(run.last, first + n - 1), most)
    few = batches[: _fitting((row.n for row in batches), most)]
    return [Passage(row, list(read_batch(tx, row, run.boot.boot))) for row in few]


def _fitting(sizes: Iterable[int], most: int) -> int:
    """How many of the sizes add up to at most `most`; at least one."""
    sums = list(itertools.accumulate(sizes))
    return max(1, bisect_right(sums, most))
