"""Plays that were declared lost and recovered: a side chain next to the declaration.

A range that a player declared lost is one link of its boot's chain and stays one, as later links
depend on it. When its plays are sent again (from an export, after a restore), they form a side
chain from the head before the range, with the same heads as before the disaster.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from server.playlog.model import hash_chain
from server.playlog.store import batches
from server.playlog.store.boots import Boot
from server.playlog.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class LostRange:
    """Events that a player declared lost; they count as received."""

    first: int
    last: int
    reason: str
    head: bytes


def lost_ranges(tx: Tx, boot: int) -> list[LostRange]:
    """The declared ranges of a boot (its row number) in order."""
    rows = tx.rows(
        "SELECT first, last, reason, head FROM lost_ranges WHERE boot = ? ORDER BY first", (boot,)
    )
    return [LostRange(row[0], row[1], row[2], bytes(row[3])) for row in rows]


def range_around(lost: Sequence[LostRange], seq: int) -> LostRange | None:
    """The declared range that contains an event; None without one."""
    return next((one for one in lost if one.first <= seq <= one.last), None)


def head_before(tx: Tx, boot: Boot, seq: int, lost: Sequence[LostRange]) -> bytes | None:
    """The chain head before an event that begins a batch; None if the event before isn't stored."""
    if seq == 1:
        return hash_chain.start(boot.boot)
    declared = next((one for one in lost if one.last == seq - 1), None)
    if declared is not None:
        return declared.head
    held = batches.of_boot(tx, boot, seq - 1, seq - 1)
    return bytes(held[0].head) if held and held[0].first + held[0].n == seq else None
