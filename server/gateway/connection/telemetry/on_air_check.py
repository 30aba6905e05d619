"""Detects unreported switches by comparing heartbeats with tenures.

A player reports a switch once. If the report was lost (the server was restored from an older
backup), heartbeats that are consistent for long enough replace it.
"""

from dataclasses import dataclass, field
from typing import Final

from server.foundation.core import Core
from server.gateway.connection.messages import Beat
from server.playlog.audit import tenure_recovery
from server.playlog.ingest.runtime import PlaylogRuntime

# A player whose report failed retries within ten minutes.
SURE_MS: Final = 15 * 60_000


@dataclass
class OnAir:
    """By screen, the last state without a difference, and since when there is one."""

    settled: dict[int, tuple[str, int]] = field(default_factory=dict)
    since: dict[int, tuple[str, int]] = field(default_factory=dict)


def compare(core: Core, parts: PlaylogRuntime, seen: OnAir, screen_id: int, beat: Beat) -> None:
    """Check one heartbeat; runs a query only while a switch is unreported. Raises Busy."""
    manifest = beat.on_air.manifest if beat.on_air is not None else None
    state = (manifest or "", beat.version or 0)
    if manifest is None or seen.settled.get(screen_id) == state:
        return
    now_ms = core.clock.now_ms()
    if not tenure_recovery.needs_recovery(core, screen_id, manifest):
        seen.settled[screen_id] = state
        return
    if seen.since.get(screen_id, ("", 0))[0] != manifest:
        seen.since[screen_id] = (manifest, now_ms)
    elif now_ms - seen.since[screen_id][1] >= SURE_MS:
        tenure_recovery.recover_tenure(core, parts, screen_id, manifest)
        seen.settled[screen_id] = state
