"""Claims of plays before they are judged: slot and time."""

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from playlists.wire.compliance import ExpectedSlot
from server.playlog.model import play as p
from server.playlog.model.batch import ClockNote
from server.playlog.model.manifests import Plan
from server.playlog.model.play import Play

_ERROR: Final = re.compile("[a-z0-9_]{1,64}")
_ABSURD: Final = 2**53


class Claim(msgspec.Struct, frozen=True, gc=False):
    """A play, the slot that it names (None: none, or not in the plan), and its server time.

    `sane`: all values are plausible. `at_ms` is None for a boot that never synced. `cut`: the
    slot's segment begins within it, so it was only joined and isn't expected.
    """

    play: Play
    slot: ExpectedSlot | None
    at_ms: int | None
    sane: bool
    cut: bool = False


def claims_of(plays: Sequence[Play], plan: Plan | None, clock: ClockNote | None) -> list[Claim]:
    """The claims of one batch's plays."""
    return [_claim(play, plan, clock) for play in plays]


def _claim(play: Play, plan: Plan | None, clock: ClockNote | None) -> Claim:
    slot = cut = None
    if plan is not None and not is_outside(play):
        slot = plan.slot(play.place)
        cut = plan.cut_slot(play.place) if slot is None else None
    return Claim(play, slot or cut, corrected(play, clock), is_sane(play), cut is not None)


def is_outside(play: Play) -> bool:
    """Whether a play claims no slot: a takeover, the fallback, something started by hand."""
    if play.cause == p.SCHEDULED:
        return False
    if play.cause == p.TAKEOVER:
        return True
    return play.cause in {p.MANUAL, p.FALLBACK} and play.place == p.OUTSIDE


def is_sane(play: Play) -> bool:
    """Whether all values of a play are plausible."""
    return (
        p.COMPLETED <= play.state <= p.FAILED
        and p.SCHEDULED <= play.cause <= p.FALLBACK
        and play.asset is not None
        and 0 <= play.start_ms < _ABSURD
        and 0 <= play.shown_ms < _ABSURD
        and -_ABSURD < play.cycle < _ABSURD
        and (play.error is None or _ERROR.fullmatch(play.error) is not None)
    )


def corrected(play: Play, clock: ClockNote | None) -> int | None:
    """Server time (ms) at which a play began; None without a clock."""
    if clock is None or not -_ABSURD < play.start_ms < _ABSURD:
        return None
    return round(play.start_ms + clock.offset_ms)
