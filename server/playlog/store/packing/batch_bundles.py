"""Bundles batches of one boot into one row, and splits them again (decision 43).

A bundle is a valid batch of all its plays plus the metadata of the original batches. `untied`
splits it into rows equal to the originals in every field.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Final

import msgspec

from server.playlog.model import hash_chain
from server.playlog.model.batch import ClockNote
from server.playlog.model.claims import corrected
from server.playlog.model.play import Play
from server.playlog.store.packing import batch_metadata
from server.playlog.store.packing.batch_codec import PACKED, UNREADABLE, Columns, pack, pack_codes
from server.playlog.store.packing.batch_metadata import Envelopes
from server.playlog.store.packing.stored_batch import Damaged, StoredBatch
from server.playlog.store.transaction import Tx

DIGEST: Final = 8
"""Length in bytes; detects rows changed by an older release, not attacks."""
COLUMNS: Final = (
    "segment", "cycle", "slot", "item", "start_ms", "shown_ms", "state", "cause", "error",
)  # fmt: skip


def tied(tx: Tx, rows: Sequence[StoredBatch]) -> StoredBatch | None:
    """One row for consecutive batches of a boot; None if it wouldn't split into equal rows.

    Each batch must have a clock and only accepted plays.
    """
    try:
        made = _made(rows)
    except OverflowError:
        return None
    return made if made.codec == PACKED and untied(tx, made) == list(rows) else None


def untied(tx: Tx, row: StoredBatch) -> list[StoredBatch]:
    """The batches of a bundle in order of events; other rows as they are.

    Bundles judged again by an older release are returned as one row too. Raises Damaged.
    """
    if row.sheaf is None or row.sheaf[:DIGEST] != _digest(row, row.sheaf[DIGEST:]):
        return [row]
    try:
        return list(_batches(tx, row, batch_metadata.unpacked(row.sheaf[DIGEST:])))
    except UNREADABLE as error:
        raise Damaged(row.screen, row.id) from error


def _made(rows: Sequence[StoredBatch]) -> StoredBatch:
    first, last = rows[0], rows[-1]
    parts = [row.unpacked() for row in rows]
    codec, columns = pack(
        Columns(
            **{name: [one for part in parts for one in getattr(part, name)] for name in COLUMNS}
        )
    )
    codes = bytes(code for row in rows for code in row.codes)
    t0 = min(row.t0 for row in rows)
    row = replace(
        last,
        first=first.first,
        n=sum(row.n for row in rows),
        t0=t0,
        span=max(row.t0 + row.span for row in rows) - t0,
        offset_ms=first.offset_ms,
        uncertainty_ms=max(row.uncertainty_ms or 0.0 for row in rows),
        wall_ms=first.wall_ms,
        codec=codec,
        columns=columns,
        verdicts=pack_codes(codes) if any(codes) else None,
        # Its signature starts at its own first event, not at the bundle's.
        signature=None,
    )
    body = _envelopes(rows).packed()
    return replace(row, sheaf=_digest(row, body) + body)


def _envelopes(rows: Sequence[StoredBatch]) -> Envelopes:
    return Envelopes(
        head=rows[0].head,
        sizes=[row.n for row in rows],
        ids=[row.id for row in rows],
        waits=[row.received_at - row.t0 - row.span for row in rows],
        offset_ms=[row.offset_ms or 0.0 for row in rows],
        uncertainty_ms=[row.uncertainty_ms or 0.0 for row in rows],
        skews=[None if row.wall_ms is None else row.wall_ms - row.t0 for row in rows],
        claims=[row.claim for row in rows],
        signatures=[row.signature for row in rows],
    )


def _digest(row: StoredBatch, body: bytes) -> bytes:
    """Digest of the batches' metadata and of all columns that may be judged again."""
    held = (
        row.id, row.first, row.n, row.t0, row.span, row.received_at, row.manifest,
        row.offset_ms, row.uncertainty_ms, row.source, row.codec, row.columns, row.verdicts,
        row.head, body,
    )  # fmt: skip
    return hashlib.blake2b(msgspec.msgpack.encode(held), digest_size=DIGEST).digest()


@dataclass(frozen=True, slots=True)
class _Whole:
    """Properties shared by all batches of a bundle."""

    row: StoredBatch
    columns: Columns
    codes: Sequence[int]
    plays: Sequence[Play]


def _batches(tx: Tx, row: StoredBatch, envelopes: Envelopes) -> Iterator[StoredBatch]:
    whole = _Whole(row, row.unpacked(), row.codes, row.plays(tx))
    ends = list(accumulate(envelopes.sizes))
    if ends[-1] != row.n:
        raise ValueError(ends[-1])
    head = envelopes.head
    for place, end in enumerate(ends):
        at = end - envelopes.sizes[place]
        if place:
            head = row.head if end == row.n else hash_chain.after(head, whole.plays[at:end])
        yield _batch(whole, envelopes, place, range(at, end), head)


def _batch(
    whole: _Whole, envelopes: Envelopes, place: int, part: range, head: bytes
) -> StoredBatch:
    row, cut = whole.row, slice(part.start, part.stop)
    clock = ClockNote(envelopes.offset_ms[place], envelopes.uncertainty_ms[place])
    codec, columns = pack(Columns(**{name: getattr(whole.columns, name)[cut] for name in COLUMNS}))
    codes = bytes(whole.codes[cut])
    plays = whole.plays[cut]
    starts = [corrected(play, clock) or 0 for play in plays]
    ends = [at + play.shown_ms for at, play in zip(starts, plays, strict=True)]
    t0, skew = min(starts), envelopes.skews[place]
    return StoredBatch(
        id=envelopes.ids[place],
        screen=row.screen,
        boot=row.boot,
        first=row.first + part.start,
        n=len(part),
        t0=t0,
        span=max(ends) - t0,
        received_at=max(ends) + envelopes.waits[place],
        manifest=row.manifest,
        offset_ms=clock.offset_ms,
        uncertainty_ms=clock.uncertainty_ms,
        source=row.source,
        wall_ms=None if skew is None else t0 + skew,
        codec=codec,
        columns=columns,
        verdicts=pack_codes(codes) if any(codes) else None,
        head=head,
        claim=envelopes.claims[place],
        signature=envelopes.signatures[place],
        tied_in=row.id,
    )
