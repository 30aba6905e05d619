"""Converts heartbeats to the samples that monitoring uses."""

from collections.abc import Iterable
from typing import Final

from server.gateway.connection.messages import Beat, Incident, OnAir
from server.monitoring.heartbeats.classifier import BeatSample, Place

FAILED: Final = "asset_failed"


def sign_of(screen_id: int, now_ms: int, beat: Beat) -> BeatSample:
    """The sample of a heartbeat received at `now_ms`."""
    return BeatSample(
        screen=screen_id,
        at_s=now_ms // 1000,
        state=beat.state,
        visible=beat.visible,
        failed=_failed(beat.incidents) if beat.incidents else 0,
        place=None if beat.on_air is None else _place(beat.on_air),
    )


def _failed(incidents: Iterable[Incident]) -> int:
    return sum(one.count for one in incidents if one.code == FAILED)


def _place(on_air: OnAir) -> Place | None:
    segment, cycle, slot = on_air.segment, on_air.cycle, on_air.slot
    if on_air.manifest is None or segment is None or cycle is None or slot is None or slot < 0:
        return None
    return on_air.manifest, segment, cycle, slot
