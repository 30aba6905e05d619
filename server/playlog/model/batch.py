"""Parses batches of plays from the wire; a malformed one is refused as a whole."""

import math
import re
from collections.abc import Mapping
from itertools import repeat, starmap
from typing import Annotated, Any, Final

import msgspec

from server.foundation.errors import AnpingError, Fault
from server.foundation.i18n import Sentence
from server.foundation.rest.storable_text import is_storable, is_whole
from server.foundation.rest.struct_errors import issue_of
from server.playlog.model.play import Play

MAX_EVENTS = 500
COLUMNS = ("segment", "cycle", "slot", "asset", "start_ms", "shown_ms", "state", "cause", "error")

ShortText = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Reason = Annotated[str, msgspec.Meta(pattern="^[a-z0-9_]{1,64}$")]
_DIGEST: Final = re.compile("[0-9a-f]{64}")


class MalformedBatch(AnpingError):
    """The batch violates docs/protocol.md; nothing of it is stored."""

    status = 400
    title = Sentence("播放记录格式有误", "Malformed batch")
    default_code = "malformed"

    def __init__(self, reason: Sentence, pointer: str = "") -> None:
        detail = Sentence(f"播放记录格式有误：{reason.zh}", f"malformed batch: {reason.en}")
        super().__init__(detail, faults=[Fault(pointer, reason)])


class ClockNote(msgspec.Struct, frozen=True):
    """Server time minus monotonic time as used when these plays were shown, and its uncertainty."""

    offset_ms: float
    uncertainty_ms: float
    source: str | None = None

    @property
    def tolerance_ms(self) -> float:
        """Largest distance of a play from its slot in ms: max(2 s, min(uncertainty, 300 s))."""
        return max(2_000.0, min(self.uncertainty_ms, 300_000.0))


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """Events of one boot, manifest and clock in columns, or ranges that are declared lost."""

    boot: ShortText
    first: int = 0
    manifest: ShortText | None = None
    clock: ClockNote | None = None
    wall_ms: float | None = None
    assets: list[ShortText] = []
    segment: list[int] = []
    cycle: list[int] = []
    slot: list[int] = []
    asset: list[int] = []
    start_ms: list[int] = []
    shown_ms: list[int] = []
    state: list[int] = []
    cause: list[int] = []
    error: list[str | None] = []
    head: str | None = None
    signature: str | None = None
    lost: list[tuple[int, int, Reason]] | None = None

    @property
    def last(self) -> int:
        """The seq of the last event."""
        return self.first + len(self.state) - 1

    def plays(self) -> list[Play]:
        """The events one by one; a file name that isn't a digest is dropped."""
        names = [name if is_digest(name) else None for name in self.assets]
        named = len(names)
        assets = [names[asset] if 0 <= asset < named else None for asset in self.asset]
        rows = zip(
            range(self.first, self.last + 1), repeat(self.manifest), self.segment, self.cycle,
            self.slot, assets, self.start_ms, self.shown_ms, self.state, self.cause, self.error,
        )  # fmt: skip
        return list(starmap(Play, rows))


_DECODER = msgspec.json.Decoder(Batch)


def is_digest(name: str) -> bool:
    """Whether a name has the form of a file digest."""
    return _DIGEST.fullmatch(name) is not None


def read_batch(payload: bytes | Mapping[str, Any]) -> Batch:
    """A batch from JSON text, or from parsed JSON of a socket. Raises MalformedBatch."""
    try:
        if isinstance(payload, bytes):
            payload.decode()
            batch = _DECODER.decode(payload)
        else:
            batch = msgspec.convert(payload, Batch)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise MalformedBatch(*issue_of(error)) from error
    _check(batch)
    return batch


def _check(batch: Batch) -> None:
    texts = (batch.boot, batch.manifest, batch.signature, *batch.assets)
    if not is_storable(texts) or not is_whole(batch.error):
        raise MalformedBatch(
            Sentence(
                "文字中不能有 NUL 或半个代理对。",
                "texts must not hold NUL or half a surrogate pair",
            )
        )
    if batch.lost is not None:
        _check_ranges(batch.lost)
        return
    if batch.first < 1:
        raise MalformedBatch(Sentence("first 应不小于 1。", "first must be 1 or more"), "/first")
    count = len(batch.state)
    if not 1 <= count <= MAX_EVENTS:
        reason = Sentence(
            f"一批应有 1 到 {MAX_EVENTS} 条，现有 {count} 条。",
            f"a batch has 1 to {MAX_EVENTS} events, not {count}",
        )
        raise MalformedBatch(reason, "/state")
    if any(len(getattr(batch, name)) != count for name in COLUMNS):
        raise MalformedBatch(Sentence("各列长度应相同。", "all columns must have the same length"))
    if batch.clock is not None:
        numbers = (batch.clock.offset_ms, batch.clock.uncertainty_ms)
        if not all(math.isfinite(number) and abs(number) < 2**53 for number in numbers):
            raise MalformedBatch(
                Sentence("时钟应为有限的数字。", "the clock must have finite numbers"), "/clock"
            )
    if batch.wall_ms is not None and not abs(batch.wall_ms) < 2**53:
        raise MalformedBatch(
            Sentence("wall_ms 应为一个时刻。", "wall_ms must be an instant"), "/wall_ms"
        )


def _check_ranges(ranges: list[tuple[int, int, str]]) -> None:
    if not ranges or any(not 1 <= a <= b < 2**53 for a, b, _ in ranges):
        raise MalformedBatch(
            Sentence(
                "丢失区间应为 [起, 止, 原因]，且 1 <= 起 <= 止。",
                "lost ranges are [first, last, reason] with 1 <= first <= last",
            ),
            "/lost",
        )
