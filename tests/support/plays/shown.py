"""The last content ordered for a screen."""

from datetime import datetime
from typing import Any

from playlists.wire.manifest import decode
from playlists.wire.model import Manifest
from server.publishing.models import Assignment, StoredManifest
from tests.support.app.world import World

AROUND_SWAP_MS = 150
"""For so long the glass and our own clocks may disagree."""


def was_joined(play: dict[str, Any], begin_ms: int, end_ms: int) -> bool:
    """Whether a play began late by its own record, and lasted to the slot's end.

    A busy machine does that to a healthy screen.
    """
    start_ms = datetime.fromisoformat(play["start"]).timestamp() * 1000
    is_late = start_ms > begin_ms + AROUND_SWAP_MS
    return is_late and start_ms + play["shown_ms"] >= end_ms - AROUND_SWAP_MS


def manifest_of(world: World, screen_id: int) -> Manifest:
    """The manifest of the screen's newest assignment."""
    with world.core.config.read() as session:
        name = session.get_one(Assignment, screen_id).manifest
        return decode(session.get_one(StoredManifest, name).body)


def files_on(world: World, screen_id: int) -> set[str]:
    """The digests of all files of that manifest."""
    return {asset.digest for asset in manifest_of(world, screen_id).assets}
