"""A batch row: plays, the verdict on each, and the batch's metadata."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from server.foundation.errors import AnpingError
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.playlog.model.batch import ClockNote
from server.playlog.model.play import Play
from server.playlog.model.verdict_rules import ACCEPTED, Judged, Verdict
from server.playlog.store.packing.batch_codec import (
    UNREADABLE,
    Columns,
    Placed,
    code_steps,
    unpack,
    unpack_codes,
    unpack_placed,
)
from server.playlog.store.packing.integer_columns import Steps
from server.playlog.store.transaction import Tx

T = TypeVar("T")
NONE, SYNCED, STORED, BACKFILLED = range(4)
NOT_CLAIMED, AGREES, DIFFERS = range(3)
BESIDE: Final = 8
"""Added to a verdict's code when the slot wasn't wholly within the screen's tenure."""
CODES: Final = tuple(Verdict)


class Damaged(AnpingError):
    """A stored batch's bytes don't match their digest: a disk error or tampering."""

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
    """Time of a batch's accepted plays: [t0, t0 + span]; the receipt time without any."""

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
    """A batch row; `sheaf` has the metadata of the original batches if it is a bundle.

    A batch read from a bundle has the bundle's row number in `tied_in`.
    """

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
    sheaf: bytes | None = None
    tied_in: int | None = field(default=None, compare=False)

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
        """The filled slots and their items, if the codec has them. Raises Damaged."""
        return self._read(unpack_placed)

    @property
    def code_steps(self) -> Steps:
        """The codes as positions of change."""
        if self.verdicts is None:
            return [(0, 0)]
        return code_steps(self.codec, self.verdicts, self.n)

    def _read(self, how: Callable[[int, bytes, int], T]) -> T:
        try:
            return how(self.codec, self.columns, self.n)
        except UNREADABLE as error:
            raise Damaged(self.screen, self.id) from error

    def plays(self, tx: Tx) -> list[Play]:
        """The plays as received."""
        c = self.unpacked()
        manifest = tx.names.text_of(tx, self.manifest)
        assets = [tx.names.item_of(tx, item)[0] for item in c.item]
        rows = zip(
            c.segment, c.cycle, c.slot, assets, c.start_ms, c.shown_ms, c.state, c.cause, c.error,
            strict=True,
        )  # fmt: skip
        return [Play(seq, manifest, *row) for seq, row in enumerate(rows, self.first)]
