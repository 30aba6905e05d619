"""Records each play: open at its start, final at its end (docs/player.md)."""

from dataclasses import dataclass
from typing import Final

from playlists.wire.model import Asset
from server.simulator.player.batches import chain_start, state_of
from server.simulator.player.clock import Clock
from server.simulator.player.disk import Boot, Disk, Play
from server.simulator.player.due import NEVER, NOWHERE, Item
from server.simulator.wire.protocol import (
    FAILED,
    FALLBACK,
    LATE_JOIN,
    PARTIAL,
    SCHEDULED,
    TAKEOVER,
)

LATE_MS: Final = 1_000
CHECKPOINT_MS: Final = 5_000
# Longest delay until a final record reaches the disk.
DURABLE_WITHIN_MS: Final = 300
MOST_PLAYS_KEPT: Final = 130_000
ROOM: Final = 500


@dataclass(frozen=True, slots=True)
class Begun:
    """A new record; one with an error is final at once."""

    manifest: str | None
    place: tuple[int, int, int]
    asset: str
    cause: int
    expected_ms: int
    error: str | None = None


class PlayLog:
    """The records of one boot on its disk."""

    def __init__(self, disk: Disk, clock: Clock, boot: str) -> None:
        """Close records left open by a crash, then begin this boot."""
        for former in disk.boots:
            for play in former.plays:
                play.open = False
        self._disk = disk
        self._clock = clock
        self.boot = Boot(boot, head=chain_start(boot), kept_head=chain_start(boot))
        disk.boots.append(self.boot)
        self._seq = 0
        self.open: Play | None = None
        """The current play."""
        self._ended_ms = 0.0

    def end(self, at_mono: float, share: float = 1.0, error: str | None = None) -> None:
        """End the current play; `share`: fraction of its time that was really shown."""
        play = self.open
        if play is None:
            return
        shown = max(0, round((at_mono - play.start_ms) * share))
        play.shown_ms = min(shown, play.expected_ms) if play.expected_ms else shown
        play.state = FAILED if error else state_of(play.shown_ms, play.expected_ms, play.cause)
        play.error, play.open = error, False
        self.open, self._ended_ms = None, at_mono

    def begin(self, records: list[Begun], at_mono: float) -> None:
        """Begin records of one instant; all but the last are final."""
        for record in records:
            self._seq += 1
            play = Play(
                self._seq,
                record.manifest,
                *record.place,
                asset=record.asset,
                start_ms=max(0, round(at_mono)),
                shown_ms=0,
                expected_ms=record.expected_ms,
                state=FAILED if record.error else PARTIAL,
                cause=record.cause,
                error=record.error,
                clock=self._clock.note(),
                era=self._clock.era,
                wall_ms=round(self._clock.time.wall_ms()),
                open=record.error is None,
            )
            self.boot.plays.append(play)
            self.open = play if play.open else self.open
        if len(self.boot.plays) > MOST_PLAYS_KEPT:
            self._make_room()

    def cut(self, at_mono: float) -> None:
        """A power cut: unwritten records are lost, the open play has its checkpoint."""
        play = self.open
        young = play is None and at_mono - self._ended_ms < DURABLE_WITHIN_MS
        if young and self.boot.plays and self.boot.plays[-1].state != FAILED:
            play = self.boot.plays[-1]
        if play is not None:
            whole = (at_mono - play.start_ms) // CHECKPOINT_MS * CHECKPOINT_MS
            play.shown_ms = max(0, min(int(whole), play.expected_ms))
            play.state, play.open = PARTIAL, False
        self.open = None

    def _make_room(self) -> None:
        """The disk is full: drop acknowledged plays first, then the oldest, and report those."""
        boot = self.boot
        upto = max(boot.acked, boot.kept + ROOM)
        boot.drop(upto)
        boot.kept_head = boot.head if upto == boot.acked else None
        if upto > boot.acked:
            first = boot.lost[0] if boot.lost else boot.acked + 1
            boot.lost = (first, upto, "storage_full")
            self._disk.note("lost_range", f"{boot.boot} {first}-{upto}")


def records_of(item: Item, stand_in: Asset | None, now_ms: float) -> list[Begun]:
    """The records that begin with a picture; none for black, held and built-in ones."""
    if item.asset is None or item.kind == "held":
        return []
    in_plan = item.kind == "slot"
    joined_late = now_ms - item.start_ms >= LATE_MS
    outside = TAKEOVER if item.kind == "takeover" else FALLBACK
    scheduled = LATE_JOIN if joined_late else SCHEDULED
    expected = 0 if item.end_ms >= NEVER else item.end_ms - item.start_ms
    own = Begun(
        item.plan if in_plan else None,
        item.place if in_plan else NOWHERE,
        item.asset.digest,
        scheduled if in_plan else outside,
        expected,
    )
    if item.error is None:
        return [own]
    cause = SCHEDULED if in_plan else outside
    failed = Begun(own.manifest, own.place, own.asset, cause, expected, item.error)
    if stand_in is None:
        return [failed]
    rest = max(0, round(item.end_ms - now_ms)) if item.end_ms < NEVER else 0
    return [failed, Begun(None, NOWHERE, stand_in.digest, FALLBACK, rest)]
