"""What a screen was told to show last."""

from playlists.manifest import decode
from playlists.model import Manifest
from server.loops.models import Assignment, StoredManifest
from tests.support.world import World


def manifest_of(world: World, screen_id: int) -> Manifest:
    """The manifest of the screen's newest assignment."""
    with world.core.config.read() as session:
        name = session.get_one(Assignment, screen_id).manifest
        return decode(session.get_one(StoredManifest, name).body)


def files_on(world: World, screen_id: int) -> set[str]:
    """The digests of all files of that manifest."""
    return {asset.digest for asset in manifest_of(world, screen_id).assets}
