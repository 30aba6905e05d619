"""A play as the player recorded it: one showing of a slot, or of something not in the plan."""

from typing import Final

import msgspec

COMPLETED, PARTIAL, FAILED = 0, 1, 2
SCHEDULED, TAKEOVER, LATE_JOIN, MANUAL, FALLBACK = 0, 1, 2, 3, 4
OUTSIDE: Final = (-1, -1, -1)


class Play(msgspec.Struct, frozen=True, gc=False):
    """One event of a boot; `start_ms` is monotonic since boot, `asset` None if it named none."""

    seq: int
    manifest: str | None
    segment: int
    cycle: int
    slot: int
    asset: str | None
    start_ms: int
    shown_ms: int
    state: int
    cause: int
    error: str | None

    @property
    def place(self) -> tuple[int, int, int]:
        """Segment, cycle and slot; `OUTSIDE` for plays that are not in the plan."""
        return (self.segment, self.cycle, self.slot)

    def link(self) -> tuple[object, ...]:
        """The event as the hash chain covers it: all fields in their order (protocol.md 5)."""
        return msgspec.structs.astuple(self)
