"""Batch rows: plays in the form received, with the verdict on each.

Bundled batches are read as the original ones.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from operator import attrgetter
from typing import Final

from server.playlog.model.batch import Batch
from server.playlog.model.claims import Claim
from server.playlog.model.verdict_rules import Judged, Verdict
from server.playlog.store.boots import Boot
from server.playlog.store.packing import batch_bundles
from server.playlog.store.packing.batch_codec import PACKED, Columns, pack, pack_codes
from server.playlog.store.packing.stored_batch import (
    AGREES,
    BESIDE,
    CODES,
    DIFFERS,
    NONE,
    NOT_CLAIMED,
    STORED,
    SYNCED,
    Extent,
    StoredBatch,
)
from server.playlog.store.transaction import Tx

_COLUMNS: Final = (
    "screen, boot, first, n, t0, span, received_at, manifest, offset_ms, uncertainty_ms, "
    "source, wall_ms, codec, columns, verdicts, head, claim, signature"
)
_BATCH: Final = f"id, {_COLUMNS}, sheaf"
_MARKS: Final = ", ".join("?" for _ in _COLUMNS.split(","))
_number: Final = attrgetter("id")
_first: Final = attrgetter("first")


@dataclass(frozen=True, slots=True)
class Packed:
    """Packed plays of a row; `verdicts` is None when all fulfil their slots."""

    codec: int
    columns: bytes
    verdicts: bytes | None = None


def add_batch(tx: Tx, boot: Boot, batch: Batch, packed: Packed, head: bytes, when: Extent) -> int:
    """Insert the new plays of a batch as one row; returns its number."""
    clock = batch.clock
    claim = NOT_CLAIMED if batch.head is None else AGREES if batch.head == head.hex() else DIFFERS
    # The signature covers the batch from its first event; a part of it can't be verified.
    is_whole = batch.first == boot.upto + 1 and len(batch.signature or "") <= 200
    signature = batch.signature if is_whole else None
    return tx.number(
        f"INSERT INTO batches ({_COLUMNS}) VALUES ({_MARKS}) RETURNING id",  # noqa: S608 - own column names
        (
            boot.screen, boot.id, boot.upto + 1, batch.last - boot.upto,
            when.t0, when.span, when.received_at, tx.names.text(tx, batch.manifest),
            clock.offset_ms if clock else None, clock.uncertainty_ms if clock else None,
            NONE if clock is None else STORED if clock.source == "stored" else SYNCED,
            None if batch.wall_ms is None else round(batch.wall_ms),
            packed.codec, packed.columns, packed.verdicts, head, claim, signature,
        ),
    )  # fmt: skip


def rewrite_batch(tx: Tx, batch: StoredBatch, judged: Sequence[Judged]) -> None:
    """Update the verdicts of a batch's plays (and campaigns, once their plan is loaded)."""
    if batch.tied_in is not None:
        untie(tx, batch.tied_in)
    packed = pack_plays(tx, judged)
    tx.run(
        "UPDATE batches SET codec = ?, columns = ?, verdicts = ?, t0 = ?, span = ?, "
        "offset_ms = ?, uncertainty_ms = ?, source = ?, sheaf = NULL WHERE id = ?",
        (
            packed.codec, packed.columns, packed.verdicts, batch.t0, batch.span,
            batch.offset_ms, batch.uncertainty_ms, batch.source, batch.id,
        ),
    )  # fmt: skip


def tie(tx: Tx, rows: Sequence[StoredBatch]) -> bool:
    """Replace batches by their bundle; False if one of them has changed.

    The last of `rows` is the bundle; the others are its batches, in order.
    """
    *parts, sheaf = rows
    if _found(tx, f"id IN ({_marks(parts)}) ORDER BY first", [one.id for one in parts]) != parts:
        return False
    gone = [one.id for one in parts if one.id != sheaf.id]
    tx.run(f"DELETE FROM batches WHERE id IN ({_marks(gone)})", gone)  # noqa: S608 - marks only
    columns = ", ".join(f"{name.strip()} = ?" for name in f"{_COLUMNS}, sheaf".split(","))
    number, *values = astuple(sheaf)[:-1]
    tx.run(f"UPDATE batches SET {columns} WHERE id = ?", [*values, number])  # noqa: S608 - own column names
    return True


def untie(tx: Tx, number: int) -> None:
    """Split a bundle into its original rows."""
    rows = [
        row for found in _found(tx, "id = ?", (number,)) for row in batch_bundles.untied(tx, found)
    ]
    if len(rows) < 2:
        return
    tx.run("DELETE FROM batches WHERE id = ?", (number,))
    tx.run_many(
        f"INSERT INTO batches (id, {_COLUMNS}) VALUES (?, {_MARKS})",  # noqa: S608 - own column names
        [astuple(row)[:-2] for row in rows],
    )
    from_ms = min(row.t0 for row in rows)
    # The mark must change even so: a concurrent bundling run has read outdated rows.
    tx.run(
        "UPDATE sheaf_marks SET until_ms = CASE WHEN until_ms > ? THEN ? ELSE until_ms - 1 END "
        "WHERE screen = ?",
        (from_ms, from_ms, rows[0].screen),
    )


def loose(
    tx: Tx, screen: int, from_ms: int, until_ms: int, most: int, limit: int
) -> list[StoredBatch]:
    """A screen's first `limit` unbundled batches of at most `most` plays, by time."""
    return _found(
        tx,
        "screen = ? AND t0 >= ? AND t0 < ? AND n <= ? AND sheaf IS NULL ORDER BY t0, id LIMIT ?",
        (screen, from_ms, until_ms, most, limit),
    )


def near(tx: Tx, screen: int, from_ms: int, until_ms: int, widest_ms: int) -> list[StoredBatch]:
    """A screen's batches with plays in [from, until), in the order in which they arrived."""
    rows = whole_near(tx, screen, from_ms, until_ms, widest_ms)
    found = [one for one in _apart(tx, rows) if one.t0 < until_ms and one.t0 + one.span >= from_ms]
    return sorted(found, key=_number)


def beside(tx: Tx, low_ms: Mapping[int, int], from_ms: int, until_ms: int) -> list[StoredBatch]:
    """Batches of many screens with plays in [from, until) of which some fulfil no slot; few do.

    `low_ms`: by screen, `from_ms` less its widest batch. One statement for 256 screens.
    """
    rows = tx.rows_for(
        f"SELECT {_BATCH} FROM asked CROSS JOIN batches "  # noqa: S608 - own column names
        "WHERE screen = c0 AND t0 >= c1 AND t0 < c3 AND t0 + span >= c2 "
        "AND (verdicts IS NOT NULL OR manifest = 0)",
        [(screen, low, from_ms, until_ms) for screen, low in low_ms.items()],
    )
    found = _apart(tx, (StoredBatch(*row) for row in rows))
    return [one for one in found if one.t0 < until_ms and one.t0 + one.span >= from_ms]


def whole_near(
    tx: Tx, screen: int, from_ms: int, until_ms: int, widest_ms: int
) -> list[StoredBatch]:
    """As `near`, with bundles as they are, where the original batches don't matter."""
    return _found(
        tx,
        "screen = ? AND t0 >= ? AND t0 < ? AND t0 + span >= ? ORDER BY id",
        (screen, from_ms - widest_ms, until_ms, from_ms),
    )


def of_boot(tx: Tx, boot: Boot, first: int, last: int) -> list[StoredBatch]:
    """A boot's batches with seqs of first..last."""
    rows = whole_of_boot(tx, boot, first, last)
    return [one for one in _apart(tx, rows) if one.first <= last and one.first + one.n > first]


def whole_of_boot(tx: Tx, boot: Boot, first: int, last: int) -> list[StoredBatch]:
    """As `of_boot`, with bundles as they are, where the original batches don't matter."""
    return _found(
        tx,
        "screen = ? AND boot = ? AND first <= ? AND first + n > ? ORDER BY first",
        (boot.screen, boot.id, last, first),
    )


def stretch(
    tx: Tx, boot: Boot, first: int, last: int, limit: int, *, backwards: bool = False
) -> list[StoredBatch]:
    """Up to `limit` batches of a boot that begin at seqs of first..last, from either end.

    `first` must be the start of a batch or in none.
    """
    order = "DESC" if backwards else "ASC"
    rows = _found(
        tx,
        f"screen = ? AND boot = ? AND first + n > ? AND first <= ? ORDER BY first {order} LIMIT ?",
        (boot.screen, boot.id, first, last, limit),
    )
    found = [one for one in _apart(tx, rows) if first <= one.first <= last]
    found.sort(key=_first, reverse=backwards)
    return found[:limit]


def of_manifest(tx: Tx, screen: int, manifest: int, since_ms: int) -> list[StoredBatch]:
    """A screen's batches of a manifest (a name's number) that end after an instant."""
    rows = _found(
        tx,
        "screen = ? AND manifest = ? AND t0 + span >= ?",
        (screen, manifest, since_ms),
    )
    return sorted((one for one in _apart(tx, rows) if one.t0 + one.span >= since_ms), key=_number)


def by_numbers(tx: Tx, numbers: Iterable[int]) -> list[StoredBatch]:
    """Batches by row number, many at a time; none of them may be in a bundle."""
    rows = tx.rows_for(
        f"SELECT {_BATCH} FROM asked CROSS JOIN batches WHERE id = c0",  # noqa: S608 - own column names
        [(one,) for one in numbers],
    )
    return [StoredBatch(*row) for row in rows]


def _found(tx: Tx, where: str, values: Sequence[int]) -> list[StoredBatch]:
    rows = tx.rows(f"SELECT {_BATCH} FROM batches WHERE {where}", values)  # noqa: S608 - names written in this module, never from a request
    return [StoredBatch(*row) for row in rows]


def _apart(tx: Tx, rows: Iterable[StoredBatch]) -> Iterator[StoredBatch]:
    for row in rows:
        yield from (row,) if row.sheaf is None else batch_bundles.untied(tx, row)


def _marks(rows: Sequence[object]) -> str:
    return ", ".join("?" for _ in rows)


def pack_plays(tx: Tx, judged: Sequence[Judged]) -> Packed:
    """Pack judged plays; a play's campaign is that of its slot in the plan."""
    plays = [one.play for one in judged]
    items = [
        tx.names.item(tx, one.play.asset, one.slot.campaign if one.slot else None)[0]
        for one in judged
    ]
    codec, columns = pack(
        Columns(
            segment=[play.segment for play in plays],
            cycle=[play.cycle for play in plays],
            slot=[play.slot for play in plays],
            item=items,
            start_ms=[play.start_ms for play in plays],
            shown_ms=[play.shown_ms for play in plays],
            state=[play.state for play in plays],
            cause=[play.cause for play in plays],
            error=[play.error for play in plays],
        )
    )
    return Packed(codec, columns, _verdicts(codec, judged))


def _verdicts(codec: int, judged: Sequence[Judged]) -> bytes | None:
    """A code for each play; None when all fulfil their slots or are in no plan."""
    codes = bytes(CODES.index(one.verdict) + (BESIDE if _is_beside(one) else 0) for one in judged)
    if not any(codes):
        return None
    return pack_codes(codes) if codec == PACKED else codes


def _is_beside(one: Judged) -> bool:
    """Whether a play of a plan fulfils no slot."""
    if one.slot is None:
        return one.verdict is Verdict.COUNTED and one.play.manifest is not None
    return not one.expected


def stored_verdicts(batch: StoredBatch, claims: Sequence[Claim]) -> list[Judged]:
    """The plays of a batch with their stored verdicts."""
    return [
        Judged(
            claim.play,
            CODES[code & ~BESIDE],
            None,
            claim.at_ms,
            claim.slot,
            claim.slot is not None and not code & BESIDE,
        )
        for claim, code in zip(claims, batch.codes, strict=True)
    ]
