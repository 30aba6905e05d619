"""Plays as the API shows them."""

from datetime import tzinfo
from typing import Any, Final

from server.foundation.public_ids import public
from server.foundation.rest.resources import iso
from server.playlog.rawlog.reader import LoggedPlay

# Times claimed by plays are unbounded; calendars are not.
FIRST_MS: Final = 0
LAST_MS: Final = 253_370_764_800_000  # the year 9999


def instant(at_ms: int | None, zone: tzinfo) -> str | None:
    """A claimed instant as ISO 8601, None where no calendar has it."""
    is_representable = at_ms is not None and FIRST_MS <= at_ms < LAST_MS
    return iso(at_ms, zone) if is_representable else None


def play_document(one: LoggedPlay, zone: tzinfo) -> dict[str, Any]:
    """One play of the raw log."""
    play = one.play
    return {
        "screen_id": public("screen", one.screen),
        "boot": one.boot,
        "seq": play.seq,
        "verdict": str(one.verdict),
        "reason": one.reason,
        "manifest": play.manifest,
        "segment": play.segment,
        "cycle": play.cycle,
        "slot": play.slot,
        "asset": play.asset,
        "campaign_id": one.campaign,
        "start": instant(one.start_ms, zone),
        "shown_ms": play.shown_ms,
        "state": play.state,
        "cause": play.cause,
        "error": play.error,
    }
