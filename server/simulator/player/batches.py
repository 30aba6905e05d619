"""Plays in wire form, pure: states, hash chain, columns (twin of batches.js)."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from server.simulator.player.disk import Play
from server.simulator.wire.protocol import COMPLETED, LATE_JOIN, MOST_PLAYS, PARTIAL, Json

CHAINED: Final = (
    "seq", "manifest", "segment", "cycle", "slot", "asset",
    "start_ms", "shown_ms", "state", "cause", "error",
)  # fmt: skip


def state_of(shown_ms: int, expected_ms: int, cause: int) -> int:
    """Completed or partial, by how long it was shown."""
    if cause == LATE_JOIN:
        return PARTIAL
    enough = max(0.9 * expected_ms, expected_ms - 1_000)
    return COMPLETED if shown_ms >= enough or shown_ms >= 0.98 * expected_ms else PARTIAL


def chain_start(boot: str) -> bytes:
    """The head before the first event of a boot."""
    return hashlib.sha256(boot.encode()).digest()


def chain_on(head: bytes | None, row: Sequence[object]) -> bytes | None:
    """The head after one more link: an event, or `("lost", a, b, reason)`."""
    if head is None:
        return None
    return hashlib.sha256(head + msgspec.json.encode(list(row))).digest()


def chain_after(head: bytes | None, plays: Iterable[Play]) -> bytes | None:
    """The head after some plays."""
    for play in plays:
        head = chain_on(head, row_of(play))
    return head


def row_of(play: Play) -> list[object]:
    """An event in the form that the chain hashes."""
    return [getattr(play, name) for name in CHAINED]


def take_run(plays: Sequence[Play], limit: int = MOST_PLAYS) -> Sequence[Play]:
    """The longest run from the first that one batch may hold: one manifest, one clock."""
    length = 0
    while length < min(len(plays), limit) and _belongs(plays[length], plays[0]):
        length += 1
    return plays[:length]


def to_batch(boot: str, run: Sequence[Play], head: bytes | None) -> Json:
    """The wire form of a run; `head` is the chain's after its last play."""
    first = run[0]
    assets = list(dict.fromkeys(play.asset for play in run))
    clock = first.clock.wire() if first.clock is not None else None
    if clock is not None:
        clock["uncertainty_ms"] = max(p.clock.uncertainty_ms for p in run if p.clock is not None)
    batch: Json = {
        "boot": boot,
        "first": first.seq,
        "manifest": first.manifest,
        "clock": clock,
        "wall_ms": first.wall_ms,
        "assets": assets,
        "segment": [play.segment for play in run],
        "cycle": [play.cycle for play in run],
        "slot": [play.slot for play in run],
        "asset": [assets.index(play.asset) for play in run],
        "start_ms": [play.start_ms for play in run],
        "shown_ms": [play.shown_ms for play in run],
        "state": [play.state for play in run],
        "cause": [play.cause for play in run],
        "error": [play.error for play in run],
    }
    return batch if head is None else {**batch, "head": head.hex()}


def _belongs(play: Play, first: Play) -> bool:
    if play.open or play.manifest != first.manifest or play.era != first.era:
        return False
    if first.clock is None:
        return play.clock is None
    return first.clock.is_like(play.clock)
