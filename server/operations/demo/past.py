"""Generates the plays of the past weeks, as virtual players would have recorded them.

Nothing is stored: the n-th play of a screen is the n-th of its plan, so an interrupted delivery
continues at the server's high-water mark.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from playlists.wire.compliance import ExpectedSlot, expected_slots
from playlists.wire.model import Manifest
from server.simulator.wire.protocol import COMPLETED, FAILED, MOST_PLAYS, PARTIAL, SCHEDULED, Json

Hand = Callable[[Json], Any]
UNCERTAIN_MS: Final = 12
# Thirds of its duration for which a play was shown, by state.
PARTS: Final = {COMPLETED: 3, PARTIAL: 1, FAILED: 0}


@dataclass(frozen=True)
class Past:
    """One screen's past: a boot from `from_ms` to `until_ms`.

    One play in `spoilt` failed, and one in `spoilt` was cut short (0: none).
    """

    boot: str
    digest: str
    manifest: Manifest
    from_ms: int
    until_ms: int
    spoilt: int = 0

    def hand_in(self, hand: Hand, most: int | None = None) -> int:
        """Deliver it, at most `most` plays; returns the number of plays in new batches."""
        slots, upto, new = self._slots(), 0, 0
        while most is None or new < most:
            size = MOST_PLAYS if most is None else min(MOST_PLAYS, most - new)
            batch = list(islice(slots, size))
            if not batch:
                break
            held = int(hand(self._batch(batch, upto + 1))["upto"])
            upto += len(batch)
            if held > upto:
                # It has more already: continue at its mark.
                upto += sum(1 for _ in islice(slots, held - upto))
            else:
                new += len(batch)
        return new

    def _slots(self) -> Iterator[ExpectedSlot]:
        return expected_slots(self.manifest, self.from_ms, self.until_ms)

    def _batch(self, slots: list[ExpectedSlot], first: int) -> Json:
        assets = list(dict.fromkeys(slot.asset for slot in slots))
        places = {asset: place for place, asset in enumerate(assets)}
        states = [self._state(first + place) for place in range(len(slots))]
        return {
            "boot": self.boot,
            "first": first,
            "manifest": self.digest,
            "clock": {"offset_ms": self.from_ms, "uncertainty_ms": UNCERTAIN_MS},
            "wall_ms": slots[0].start_ms if slots else self.from_ms,
            "assets": assets,
            "segment": [slot.segment for slot in slots],
            "cycle": [slot.cycle for slot in slots],
            "slot": [slot.slot for slot in slots],
            "asset": [places[slot.asset] for slot in slots],
            "start_ms": [slot.start_ms - self.from_ms for slot in slots],
            "shown_ms": [
                slot.duration_ms * PARTS[state] // 3
                for slot, state in zip(slots, states, strict=True)
            ],
            "state": states,
            "cause": [SCHEDULED] * len(slots),
            "error": ["decode_error" if state == FAILED else None for state in states],
        }

    def _state(self, seq: int) -> int:
        if not self.spoilt:
            return COMPLETED
        rest = seq % self.spoilt
        return FAILED if rest == 0 else PARTIAL if rest == self.spoilt // 2 else COMPLETED
