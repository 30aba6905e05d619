"""The verdict on each play: a pure function of the play, its neighbours and the context.

The rules are in docs/protocol.md 5 and docs/algorithms/plays.md. A play whose slot isn't wholly
within the screen's tenure may be honest (the slot of a switch), but it is neither counted nor
expected.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import msgspec

from playlists.wire.compliance import ExpectedSlot
from server.playlog.model import play as p
from server.playlog.model.batch import ClockNote
from server.playlog.model.claims import Claim, is_outside
from server.playlog.model.overlap import OVERLAP_MS, Shown, Timeline, slot_key
from server.playlog.model.play import Play
from server.playlog.model.screen_context import ScreenContext, tolerated

LATE_MS: Final = 1_000
LONGEST_MS: Final = 86_400_000
"""No play goes on for longer, whatever it is of."""
SURE_TOLERANCE_MS: Final = 2_000


class Verdict(StrEnum):
    """What became of a play; the order is that of the codes in the store."""

    COUNTED = "counted"
    PARTIAL = "partial"
    FAILED = "failed"
    QUARANTINED = "quarantined"
    UNSYNCED = "unsynced"


ACCEPTED: Final = frozenset({Verdict.COUNTED, Verdict.PARTIAL, Verdict.FAILED})


class Judged(msgspec.Struct, frozen=True, gc=False):
    """A play with its verdict; `at_ms` is server time, None for a boot that never synced.

    `expected`: the slot is wholly within its segment and the screen's tenure, so the play fulfils
    it.
    """

    play: Play
    verdict: Verdict
    reason: str | None = None
    at_ms: int | None = None
    slot: ExpectedSlot | None = None
    expected: bool = False


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Properties shared by a batch's plays; `boot` is the boot's row number.

    `has_plan`: the server has the plan that they name. `mono_until_ms`: end of the boot's earlier
    plays by its monotonic clock, None if later ones may already be stored. `unsigned`: they lack a
    signature that their boot can give.
    """

    screen_context: ScreenContext
    boot: int
    received_ms: int
    has_plan: bool
    clock: ClockNote | None
    suspected: bool = False
    mono_until_ms: int | None = None
    unsigned: bool = False

    @property
    def tolerance_ms(self) -> float:
        """Largest distance of plays from their slots, ms."""
        return self.clock.tolerance_ms if self.clock else SURE_TOLERANCE_MS


class Judge:
    """Judges the plays of one batch in order; accepted ones are added to the timeline."""

    def __init__(self, about: Circumstances, timeline: Timeline, manifest: str | None) -> None:
        self._about = about
        self._timeline = timeline
        self._usual_shift_ms: float | None = None
        self.mono_until_ms = about.mono_until_ms
        self._tenures = (
            [] if manifest is None else list(tolerated(about.screen_context.tenures, manifest))
        )
        self._earliest_ms = about.screen_context.enrolled_ms
        self._latest_ms = about.received_ms + about.tolerance_ms

    def judge(self, claims: Sequence[Claim]) -> list[Judged]:
        """The verdict on each claim, in order."""
        self._usual_shift_ms = self._usual_shift(claims)
        return [self._one(claim) for claim in claims]

    def _one(self, claim: Claim) -> Judged:
        play, slot, at_ms = claim.play, claim.slot, claim.at_ms
        fault = next(self._faults(claim), None)
        if fault is None and at_ms is not None:
            fault = next(self._faults_of_time(play, slot, at_ms), None)
        if fault is None and not self._follows(play):
            fault = "overlap"
        if fault is not None:
            return Judged(play, Verdict.QUARANTINED, fault, at_ms, slot)
        if at_ms is None:
            self._advance(play)
            return Judged(play, Verdict.UNSYNCED, None, None, slot)
        expected = slot is not None and not claim.cut and self._is_within_tenure(slot)
        verdict = _verdict(play, slot, at_ms, expected=expected)
        if verdict is Verdict.COUNTED and slot is not None:
            if self._timeline.is_confirmed(slot_key(play)):
                return Judged(play, Verdict.QUARANTINED, "slot_taken", at_ms, slot)
            self._timeline.confirm(slot_key(play))
        self._timeline.add(_shown(play, at_ms, self._about.boot))
        self._advance(play)
        return Judged(play, verdict, None, at_ms, slot, expected)

    def _follows(self, play: Play) -> bool:
        """Whether a play follows the earlier plays of its boot, independent of clock offsets."""
        return self.mono_until_ms is None or play.start_ms >= self.mono_until_ms - OVERLAP_MS

    def _advance(self, play: Play) -> None:
        if self.mono_until_ms is not None:
            self.mono_until_ms = max(self.mono_until_ms, play.start_ms + play.shown_ms)

    def _faults(self, claim: Claim) -> Iterator[str]:
        """Faults of a play that don't depend on time, worst first."""
        play, slot = claim.play, claim.slot
        if not claim.sane:
            yield "bad_value"
        if self._about.suspected:
            yield "clone_suspected"
        if self._about.unsigned:
            yield "unsigned"
        if play.shown_ms > LONGEST_MS:
            yield "over_maximum"
        if is_outside(play):
            return
        if slot is None:
            yield "unknown_slot" if self._about.has_plan else "unknown_manifest"
        elif play.state != p.FAILED:
            yield from _faults_of_showing(play, slot)

    def _faults_of_time(self, play: Play, slot: ExpectedSlot | None, at_ms: int) -> Iterator[str]:
        """Reasons why a play can't have been shown at `at_ms`, worst first."""
        if at_ms + play.shown_ms > self._latest_ms:
            yield "future"
        if at_ms < self._earliest_ms:
            yield "before_enrolment"
        if play.cause == p.TAKEOVER:
            yield from self._faults_of_takeover(play, at_ms)
        if slot is not None and not self._touches_tenure(slot):
            yield "not_on_air"
        if slot is not None and not self._is_in_time(play, slot, at_ms):
            yield "wrong_time"
        if self._timeline.overlaps(_shown(play, at_ms, self._about.boot)):
            yield "overlap"

    def _faults_of_takeover(self, play: Play, at_ms: int) -> Iterator[str]:
        """Reasons against a takeover's play, which must be within its asset's assignment."""
        slack = self._about.tolerance_ms
        ends = [
            window.until_ms
            for window in self._about.screen_context.takeovers
            if window.asset == play.asset
            and at_ms >= window.from_ms - slack
            and (window.until_ms is None or at_ms < window.until_ms + slack)
        ]
        if not ends:
            yield "no_takeover"
        elif all(end is not None and at_ms + play.shown_ms > end + slack for end in ends):
            yield "over_maximum"

    def _is_within_tenure(self, slot: ExpectedSlot) -> bool:
        for from_ms, until_ms in self._tenures:
            if from_ms <= slot.start_ms and (
                until_ms is None or slot.start_ms + slot.duration_ms <= until_ms
            ):
                return True
        return False

    def _touches_tenure(self, slot: ExpectedSlot) -> bool:
        end_ms = slot.start_ms + slot.duration_ms
        return any(
            from_ms < end_ms and (until_ms is None or slot.start_ms < until_ms)
            for from_ms, until_ms in self._tenures
        )

    def _is_in_time(self, play: Play, slot: ExpectedSlot, at_ms: int) -> bool:
        shift_ms = at_ms - slot.start_ms
        slack = self._about.tolerance_ms
        if play.cause == p.LATE_JOIN:
            return -slack <= shift_ms < slot.duration_ms + slack
        if abs(shift_ms) <= SURE_TOLERANCE_MS:
            return True
        # An unsure clock shifts all plays equally: a play with another shift than the rest is
        # wrong.
        usual_ms = self._usual_shift_ms
        fits = usual_ms is None or abs(shift_ms - usual_ms) <= SURE_TOLERANCE_MS
        return abs(shift_ms) <= slack and fits

    def _usual_shift(self, claims: Sequence[Claim]) -> float | None:
        """The (lower) median distance of scheduled plays from their slots."""
        if self._about.tolerance_ms <= SURE_TOLERANCE_MS:
            return None
        shifts = sorted(
            claim.at_ms - claim.slot.start_ms
            for claim in claims
            if claim.sane
            and claim.slot is not None
            and claim.at_ms is not None
            and claim.play.cause != p.LATE_JOIN
        )
        return shifts[(len(shifts) - 1) // 2] if shifts else None


def is_complete(shown_ms: int, duration_ms: int) -> bool:
    """Whether a play was shown for max(90 %, all but a second), or for 98 %."""
    enough = 10 * shown_ms >= 9 * duration_ms and shown_ms >= duration_ms - 1_000
    return enough or 100 * shown_ms >= 98 * duration_ms


def _faults_of_showing(play: Play, slot: ExpectedSlot) -> Iterator[str]:
    if play.asset != slot.asset:
        yield "wrong_asset"
    if play.state == p.COMPLETED and 10 * play.shown_ms < 9 * slot.duration_ms:
        yield "too_short"
    if play.shown_ms > slot.duration_ms + SURE_TOLERANCE_MS:
        yield "over_maximum"


def _verdict(play: Play, slot: ExpectedSlot | None, at_ms: int, *, expected: bool) -> Verdict:
    if play.state == p.FAILED:
        return Verdict.FAILED
    if slot is None:
        return Verdict.COUNTED
    joined_late = play.cause == p.LATE_JOIN and at_ms - slot.start_ms >= LATE_MS
    if play.state == p.PARTIAL or joined_late or not expected:
        return Verdict.PARTIAL
    return Verdict.COUNTED if is_complete(play.shown_ms, slot.duration_ms) else Verdict.PARTIAL


def _shown(play: Play, at_ms: int, boot: int) -> Shown:
    return Shown(at_ms, at_ms + play.shown_ms, boot, play.start_ms)
