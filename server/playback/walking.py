"""The log from end to end in small pieces, for readers of any length who must hold up nobody.

Each piece is read in a short transaction of its own: a reader who takes an hour keeps no snapshot
for that hour, so SQLite's journal can be reset and PostgreSQL's old rows can go. Nothing is lost
by it: what was handed in never changes, and where a run ends is settled before it begins. Only a
verdict may be another than that of the hour before; each play comes with the one it has when it
is read.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeVar

from server.db.session import Database
from server.playback import boots, chain, store
from server.playback.boots import Boot
from server.playback.driver import Tx
from server.playback.names import Names
from server.playback.rawlog import LoggedPlay, Span, read_batch
from server.playback.reading import snapshot
from server.playback.sidechain import LostRange, head_before, lost_ranges, range_around
from server.playback.store import StoredBatch

T = TypeVar("T")
PIECE: Final = 500
"""So many plays are read at a time, and at least one batch."""
LOOKED_AT: Final = 8


class Passage(NamedTuple):
    """A batch with its plays."""

    batch: StoredBatch
    plays: Sequence[LoggedPlay]


@dataclass(frozen=True, slots=True)
class Run:
    """The plays of a boot from seq `first` to seq `last`, without a hole but what was lost.

    `begins`: the seq at which the first batch begins; `head`: on what the run rests; `beside`:
    on what that batch rests, which is another if it came after it was declared lost.
    """

    boot: Boot
    first: int
    last: int
    begins: int
    lost: Sequence[LostRange]
    head: bytes
    beside: bytes


@dataclass(frozen=True, slots=True)
class Piece:
    """Some batches of a run, in order."""

    run: Run
    passages: Sequence[Passage]


def begun(pieces: Iterator[T]) -> Iterator[T]:
    """The same with the first one made: what goes wrong at once can still be answered."""
    first = list(itertools.islice(pieces, 1))
    return itertools.chain(first, pieces)


def walk(database: Database, span: Span, most: int = PIECE) -> Iterator[Piece]:
    """The plays of a span and those between them: screen by screen, boot by boot.

    Raises Damaged where plays can't be read, Busy if the database is away.
    """
    names = Names()
    for screen in span.screens:
        with snapshot(database, names) as tx:
            found = tx.aside(_boots_of, screen, span)
        for boot, least, highest in found:
            with snapshot(database, names) as tx:
                run = tx.aside(_run_of, boot, (least, highest), span)
            if run is not None:
                yield from _pieces(database, names, run, most)


def _pieces(database: Database, names: Names, run: Run, most: int) -> Iterator[Piece]:
    seq = run.begins
    while True:
        with snapshot(database, names) as tx:
            passages = tx.aside(_passages, run, seq, most)
        if not passages:
            return
        yield Piece(run, passages)
        seq = passages[-1].batch.first + 1


def _boots_of(tx: Tx, screen: int, span: Span) -> list[tuple[Boot, int, int]]:
    """Boots in the order of their plays, with the first seqs of their outermost batches."""
    widest_ms = boots.log_of(tx, screen).widest_ms
    rows = tx.rows(
        "SELECT boot, MIN(first), MAX(first) FROM ("
        "SELECT boot, first, t0 FROM batches WHERE screen = ? AND t0 >= ? AND t0 < ? "
        "AND t0 + span >= ? UNION ALL "
        "SELECT b.boot, b.first, b.t0 FROM quarantine q JOIN batches b ON b.id = q.batch "
        "WHERE q.screen = ? AND q.at_ms >= ? AND q.at_ms < ?"
        ") AS found GROUP BY boot ORDER BY MIN(t0), boot",
        (
            screen, span.from_ms - widest_ms, span.until_ms, span.from_ms,
            screen, span.from_ms, span.until_ms,
        ),
    )  # fmt: skip
    found = [(boots.find_boot(tx, screen, boots.name_of(tx, row[0])), row) for row in rows]
    return [(boot, row[1], row[2]) for boot, row in found if boot is not None]


def _run_of(tx: Tx, boot: Boot, batches: tuple[int, int], span: Span) -> Run | None:
    """The run of a boot between the first and the last play of a span, None without any."""
    first = _outermost(tx, boot, batches, span, backwards=False)
    last = _outermost(tx, boot, batches, span, backwards=True)
    if first is None or last is None:
        return None
    (seq, batch), (end, _) = first, last
    lost = lost_ranges(tx, boot.id)
    inside = range_around(lost, batch)
    rests_on = batch if inside is None else inside.first
    return Run(
        boot, seq, end, batch, lost, _head(tx, boot, rests_on, lost), _head(tx, boot, batch, lost)
    )


def _outermost(
    tx: Tx, boot: Boot, batches: tuple[int, int], span: Span, *, backwards: bool
) -> tuple[int, int] | None:
    """The first (or last) play of a span between two batches: its seq, and its batch's first."""
    least, highest = batches
    while rows := store.stretch(tx, boot, least, highest, LOOKED_AT, backwards=backwards):
        for row in rows:
            plays = read_batch(tx, row, boot.boot)
            seqs = [one.play.seq for one in plays if one.is_of(span.from_ms, span.until_ms)]
            if seqs:
                return (max(seqs) if backwards else min(seqs)), row.first
        if backwards:
            highest = rows[-1].first - 1
        else:
            least = rows[-1].first + 1
    return None


def _head(tx: Tx, boot: Boot, seq: int, lost: Sequence[LostRange]) -> bytes:
    return head_before(tx, boot, seq, lost) or chain.start(boot.boot)


def _passages(tx: Tx, run: Run, seq: int, most: int) -> list[Passage]:
    """The batches of a run from a seq on, as many as hold `most` plays together."""
    rows = tx.rows(
        "SELECT n FROM batches WHERE screen = ? AND boot = ? AND first >= ? AND first <= ? "
        "ORDER BY first LIMIT ?",
        (run.boot.screen, run.boot.id, seq, run.last, most),
    )
    plays = batches = 0
    for (n,) in rows:
        if batches and plays + n > most:
            break
        plays, batches = plays + n, batches + 1
    found = store.stretch(tx, run.boot, seq, run.last, batches) if batches else []
    return [Passage(row, list(read_batch(tx, row, run.boot.boot))) for row in found]
