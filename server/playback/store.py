"""Rows of batches: the plays as they were handed in, with the verdict on each."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from server.errors import AnpingError
from server.ids import public
from server.playback.batch import Batch, ClockNote
from server.playback.boots import Boot
from server.playback.claims import Claim
from server.playback.codec import (
    PACKED,
    UNREADABLE,
    Columns,
    Placed,
    code_steps,
    pack,
    pack_codes,
    unpack,
    unpack_codes,
    unpack_placed,
)
from server.playback.columns import Steps
from server.playback.driver import Tx
from server.playback.play import Play
from server.playback.verdicts import ACCEPTED, Judged, Verdict
from server.texts import Sentence

T = TypeVar("T")
NONE, SYNCED, STORED, BACKFILLED = range(4)
NOT_CLAIMED, AGREES, DIFFERS = range(3)
BESIDE: Final = 8
"""Added to a verdict's code when the play's slot wasn't wholly in the screen's tenure."""
CODES: Final = tuple(Verdict)
_BATCH: Final = (
    "id, screen, boot, first, n, t0, span, received_at, manifest, offset_ms, uncertainty_ms, "
    "source, wall_ms, codec, columns, verdicts, head, claim, signature"
)


class Damaged(AnpingError):
    """The bytes of a stored batch aren't what was written: a disk, or a hand."""

    status = 500
    title = Sentence("播放记录已损坏", "Stored plays are damaged")
    default_code = "plays_damaged"

    def __init__(self, screen: int, row: int) -> None:
        name = public("screen", screen)
        super().__init__(
            Sentence(
                f"显示屏 {name} 的第 {row} 批播放记录无法读取，请从备份恢复。",
                f"batch {row} of screen {name} can't be read: restore it from a backup.",
            )
        )


@dataclass(frozen=True, slots=True)
class Extent:
    """When a batch's accepted plays were on: [t0, t0 + span]; without any, when it was received."""

    t0: int
    span: int
    received_at: int

    @classmethod
    def of(cls, judged: Iterable[Judged], received_at: int) -> "Extent":
        """The extent of judged plays."""
        times = [
            (one.at_ms, one.at_ms + one.play.shown_ms)
            for one in judged
            if one.verdict in ACCEPTED and one.at_ms is not None
        ]
        if not times:
            return cls(received_at, 0, received_at)
        t0 = min(start for start, _ in times)
        return cls(t0, max(end for _, end in times) - t0, received_at)


@dataclass(frozen=True, slots=True)
class StoredBatch:
    """A batch row."""

    id: int
    screen: int
    boot: int
    first: int
    n: int
    t0: int
    span: int
    received_at: int
    manifest: int
    offset_ms: float | None
    uncertainty_ms: float | None
    source: int
    wall_ms: int | None
    codec: int
    columns: bytes
    verdicts: bytes | None
    head: bytes
    claim: int
    signature: str | None

    @property
    def clock(self) -> ClockNote | None:
        """The clock by which the plays are placed in time."""
        if self.offset_ms is None or self.uncertainty_ms is None:
            return None
        return ClockNote(self.offset_ms, self.uncertainty_ms)

    @property
    def codes(self) -> Sequence[int]:
        """One code for each play."""
        if self.verdicts is None:
            return bytes(self.n)
        return unpack_codes(self.codec, self.verdicts, self.n)

    def unpacked(self) -> Columns:
        """The columns. Raises Damaged."""
        return self._read(unpack)

    def placed(self) -> Placed | None:
        """Which slots were filled, and with what, if the form tells. Raises Damaged."""
        return self._read(unpack_placed)

    @property
    def code_steps(self) -> Steps:
        """The codes as where they change."""
        if self.verdicts is None:
            return [(0, 0)]
        return code_steps(self.codec, self.verdicts, self.n)

    def _read(self, how: Callable[[int, bytes, int], T]) -> T:
        try:
            return how(self.codec, self.columns, self.n)
        except UNREADABLE as error:
            raise Damaged(self.screen, self.id) from error

    def plays(self, tx: Tx) -> list[Play]:
        """The plays as they were handed in."""
        c = self.unpacked()
        manifest = tx.names.text_of(tx, self.manifest)
        assets = [tx.names.item_of(tx, item)[0] for item in c.item]
        rows = zip(
            c.segment, c.cycle, c.slot, assets, c.start_ms, c.shown_ms, c.state, c.cause, c.error,
            strict=True,
        )  # fmt: skip
        return [Play(seq, manifest, *row) for seq, row in enumerate(rows, self.first)]


@dataclass(frozen=True, slots=True)
class Packed:
    """Plays as a row keeps them; `verdicts` None when all fulfil their slots."""

    codec: int
    columns: bytes
    verdicts: bytes | None = None


def add_batch(tx: Tx, boot: Boot, batch: Batch, packed: Packed, head: bytes, when: Extent) -> int:
    """Append the plays of a batch that a boot doesn't hold yet as one row; its number."""
    clock = batch.clock
    claim = NOT_CLAIMED if batch.head is None else AGREES if batch.head == head.hex() else DIFFERS
    # What is signed is the batch from its first event on: of a part nothing can be shown by it.
    is_whole = batch.first == boot.upto + 1 and len(batch.signature or "") <= 200
    signature = batch.signature if is_whole else None
    return tx.number(
        f"INSERT INTO batches ({_BATCH[4:]}) "  # noqa: S608 - own column names
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
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
    """Give a batch's plays other verdicts (and campaigns, once their plan is known)."""
    packed = pack_plays(tx, judged)
    tx.run(
        "UPDATE batches SET codec = ?, columns = ?, verdicts = ?, t0 = ?, span = ?, "
        "offset_ms = ?, uncertainty_ms = ?, source = ? WHERE id = ?",
        (
            packed.codec, packed.columns, packed.verdicts, batch.t0, batch.span,
            batch.offset_ms, batch.uncertainty_ms, batch.source, batch.id,
        ),
    )  # fmt: skip


def near(tx: Tx, screen: int, from_ms: int, until_ms: int, widest_ms: int) -> list[StoredBatch]:
    """A screen's batches with plays in [from, until), in the order in which they arrived."""
    rows = tx.rows(
        f"SELECT {_BATCH} FROM batches WHERE screen = ? AND t0 >= ? AND t0 < ? "  # noqa: S608 - names written in this package, never from a request
        "AND t0 + span >= ? ORDER BY id",
        (screen, from_ms - widest_ms, until_ms, from_ms),
    )
    return [StoredBatch(*row) for row in rows]


def of_boot(tx: Tx, boot: Boot, first: int, last: int) -> list[StoredBatch]:
    """A boot's batches with seqs of first..last."""
    rows = tx.rows(
        f"SELECT {_BATCH} FROM batches WHERE screen = ? AND boot = ? "  # noqa: S608 - names written in this package, never from a request
        "AND first <= ? AND first + n > ? ORDER BY first",
        (boot.screen, boot.id, last, first),
    )
    return [StoredBatch(*row) for row in rows]


def stretch(
    tx: Tx, boot: Boot, first: int, last: int, limit: int, *, backwards: bool = False
) -> list[StoredBatch]:
    """Up to `limit` batches of a boot that begin at seqs of first..last, from either end."""
    order = "DESC" if backwards else "ASC"
    rows = tx.rows(
        f"SELECT {_BATCH} FROM batches WHERE screen = ? AND boot = ? "  # noqa: S608 - names written in this package, never from a request
        f"AND first >= ? AND first <= ? ORDER BY first {order} LIMIT ?",
        (boot.screen, boot.id, first, last, limit),
    )
    return [StoredBatch(*row) for row in rows]


def of_manifest(tx: Tx, screen: int, manifest: int, since_ms: int) -> list[StoredBatch]:
    """A screen's batches of a manifest (a name's number) that end after an instant."""
    rows = tx.rows(
        f"SELECT {_BATCH} FROM batches WHERE screen = ? AND manifest = ? "  # noqa: S608 - names written in this package, never from a request
        "AND t0 + span >= ? ORDER BY id",
        (screen, manifest, since_ms),
    )
    return [StoredBatch(*row) for row in rows]


def by_numbers(tx: Tx, numbers: Iterable[int]) -> list[StoredBatch]:
    """Batches by their row numbers."""
    query = f"SELECT {_BATCH} FROM batches WHERE id = ?"  # noqa: S608 - names written in this package, never from a request
    return [StoredBatch(*row) for one in numbers for row in tx.rows(query, (one,))]


def pack_plays(tx: Tx, judged: Sequence[Judged]) -> Packed:
    """Judged plays; the campaign is the one that the plan names for the slot."""
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
    """A code for each play; None when all fulfil their slots."""
    codes = bytes(
        CODES.index(one.verdict) + (0 if one.expected or one.slot is None else BESIDE)
        for one in judged
    )
    if not any(codes):
        return None
    return pack_codes(codes) if codec == PACKED else codes


def stored_verdicts(batch: StoredBatch, claims: Sequence[Claim]) -> list[Judged]:
    """The plays of a batch with the verdicts that the store holds."""
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
