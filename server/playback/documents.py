"""Plays as the API shows them."""

from datetime import tzinfo
from typing import Any

from server.ids import public
from server.playback.rawlog import LoggedPlay
from server.rest import iso


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
        "start": iso(one.start_ms, zone),
        "shown_ms": play.shown_ms,
        "state": play.state,
        "cause": play.cause,
        "error": play.error,
    }
